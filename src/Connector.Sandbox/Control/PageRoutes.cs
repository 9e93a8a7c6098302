namespace CustomerIo.Connector.Sandbox;

/// <summary>The live page and the stream behind it.</summary>
internal static class PageRoutes
{
    private static readonly Lazy<byte[]> s_html = new(Load);

    public static SandboxResponse Page(SandboxRequest call)
    {
        // Nothing but the page itself may run or be loaded, whatever the data says.
        call.Context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";
        return new(200, s_html.Value, "text/html; charset=utf-8");
    }

    public static SandboxResponse Stream(SandboxRequest call) => call.Core.Live.Stream();

    private static byte[] Load()
    {
        using var stream = typeof(PageRoutes).Assembly.GetManifestResourceStream("Page.html")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
