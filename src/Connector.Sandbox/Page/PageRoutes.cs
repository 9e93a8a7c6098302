using System.Text;

namespace CustomerIo.Connector.Sandbox;

/// <summary>The live page: its files, what it shows, and the text of messages in a frame of its own.</summary>
internal static class PageRoutes
{
    // Nothing but the page's own files may run or be loaded, whatever the data says.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    // A message runs nothing, loads nothing and leads nowhere; it may only look as it says.
    private const string MessagePolicy =
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    public static SandboxResponse Page(SandboxRequest call)
    {
        call.Context.Response.Headers.ContentSecurityPolicy = PagePolicy;
        return File("page.html", "text/html");
    }

    public static SandboxResponse Style(SandboxRequest call) => File("page.css", "text/css");

    public static SandboxResponse Script(SandboxRequest call) => File("page.js", "text/javascript");

    public static SandboxResponse Stream(SandboxRequest call) => call.Core.Live.Stream();

    /// <summary>A list of the page.</summary>
    public static SandboxResponse List(SandboxRequest call) => Answer(call, ListViews.Of(call));

    /// <summary>One thing of a list.</summary>
    public static SandboxResponse Item(SandboxRequest call) => Answer(call, ItemViews.Of(call));

    /// <summary>What an e-mail says, as a page that can do nothing.</summary>
    public static SandboxResponse Message(SandboxRequest call)
    {
        call.Context.Response.Headers.ContentSecurityPolicy = MessagePolicy;
        return call.Workspace.Deliveries.Find(call.Arguments[0]) is { } delivery && ItemViews.Html(call.Workspace, delivery) is { } html
            ? SandboxResponse.Text(200, "text/html; charset=utf-8", html)
            : SandboxResponse.Text(404, "text/plain; charset=utf-8", "There is no such message, or it has no text.");
    }

    private static SandboxResponse Answer(SandboxRequest call, View? view)
    {
        call.Context.Response.Headers.CacheControl = "no-store";
        return view is not null
            ? SandboxResponse.Ok(view.ToJson())
            : SandboxResponse.Ok(new View("Not here") { Note = "There is nothing of that name here, or it is no longer kept." }.ToJson(), 404);
    }

    private static SandboxResponse File(string name, string type)
    {
        using var stream = typeof(PageRoutes).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return SandboxResponse.Text(200, $"{type}; charset=utf-8", reader.ReadToEnd());
    }
}
