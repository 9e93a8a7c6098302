using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Api;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Advanced;

/// <summary>A raw request's body: JSON, text, or a multipart form.</summary>
internal static class RawBody
{
    public static ApiBody Of(RawRequest.Input input, List<KeyValuePair<string, string>> headers, List<Problem> problems)
    {
        var hasParts = input.FormData is { Count: > 0 } || input.FileData is { Count: > 0 };
        foreach (var (name, _) in input.FileDataFileNames ?? [])
        {
            if (input.FileData?.ContainsKey(name) != true)
            {
                problems.Add(new Problem("/fileDataFileNames/" + Names.Escape(name), "names a file that File Data does not have; the keys must match."));
            }
        }

        var hasData = input.Data is not null and not JValue { Value: null or "" };
        if (hasData && hasParts)
        {
            problems.Add(new Problem("/data", "cannot be sent together with Form Data or File Data; use one or the other."));
            return ApiBody.None;
        }

        if (hasParts)
        {
            if (headers.Any(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            {
                problems.Add(new Problem("/headers/Content-Type", "cannot be set with Form Data or File Data; the form decides it."));
            }

            if (input.Method is "GET" or "HEAD")
            {
                problems.Add(
                    new Problem(input.FormData is { Count: > 0 } ? "/formData" : "/fileData", $"cannot be sent with {input.Method}; use another method.")
                );
            }

            return Multipart(input, problems);
        }

        if (!hasData)
        {
            return ApiBody.None;
        }

        if (input.Method is "GET" or "HEAD")
        {
            problems.Add(new Problem("/data", $"cannot be sent with {input.Method}; use Query Parameter, or another method."));
            return ApiBody.None;
        }

        if (input.Data is not JValue { Value: string text })
        {
            return ApiBody.Json(input.Data!);
        }

        try
        {
            ConnectorJson.Parse(text);
            return new ApiBody(Encoding.UTF8.GetBytes(text), ApiBody.JsonType);
        }
        catch (FormatException)
        {
            return ApiBody.Text(text);
        }
    }

    // Written by hand: .NET's own form encodes names in ways that servers do not read back (RFC 2047, quotes inside filename*).
    private static ApiBody Multipart(RawRequest.Input input, List<Problem> problems)
    {
        // The boundary comes from the parts themselves, so that the same input is the same request and no part can hold it.
        var parts = ConnectorJson.ToBytes(new JArray(input.FormData ?? [], input.FileData ?? [], input.FileDataFileNames ?? []));
        var boundary = "customerio-connector-" + Convert.ToHexStringLower(SHA256.HashData(parts).AsSpan(0, 12));
        using var form = new MemoryStream();
        void Line(string text) => form.Write(Encoding.UTF8.GetBytes(text + "\r\n"));
        void Part(string disposition, string? contentType, byte[] bytes)
        {
            Line("--" + boundary);
            Line("Content-Disposition: form-data; " + disposition);
            if (contentType is not null)
            {
                Line("Content-Type: " + contentType);
            }

            Line("");
            form.Write(bytes);
            Line("");
        }

        foreach (var (name, value) in input.FormData ?? [])
        {
            if (RawParts.Scalar(value, "/formData/" + Names.Escape(name), problems) is { } text)
            {
                Part($"name={Quoted(name)}", null, Encoding.UTF8.GetBytes(text));
            }
        }

        foreach (var (name, value) in input.FileData ?? [])
        {
            var path = "/fileData/" + Names.Escape(name);
            if (File(value!, path, problems) is var (contentType, bytes))
            {
                var given = input.FileDataFileNames?[name] is { } other
                    ? RawParts.Scalar(other, "/fileDataFileNames/" + Names.Escape(name), problems) ?? name
                    : name;
                var file = Path.GetFileName(given.Replace('\\', '/'));
                Part($"name={Quoted(name)}; filename={Quoted(file.Length > 0 ? file : name)}", contentType, bytes);
            }
        }

        Line($"--{boundary}--");
        return new ApiBody(form.ToArray(), "multipart/form-data; boundary=" + boundary);
    }

    private static (string ContentType, byte[] Bytes)? File(JToken value, string path, List<Problem> problems)
    {
        if (value is JValue { Value: string text })
        {
            return ("text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
        }

        var type = (string?)value["contentType"] ?? "application/octet-stream";
        if (!MediaTypeHeaderValue.TryParse(type, out var mediaType))
        {
            problems.Add(new Problem(path + "/contentType", "is not a media type, such as image/png."));
            return null;
        }

        try
        {
            return (mediaType.ToString(), Convert.FromBase64String((string)value["base64"]!));
        }
        catch (FormatException)
        {
            problems.Add(new Problem(path + "/base64", "is not base64."));
            return null;
        }
    }

    // As browsers write it: UTF-8, with only what would end the text escaped.
    private static string Quoted(string name) => "\"" + string.Concat(name.Select(c => c is '"' or < ' ' or '\u007f' ? Uri.HexEscape(c) : c.ToString())) + "\"";
}
