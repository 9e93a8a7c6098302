using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Container.Tests;

/// <summary>A registry of images that has one: what the real base image has besides .NET, its libraries and programs.</summary>
internal sealed class Registry : IAsyncDisposable
{
    private const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";
    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private Registry()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
    }

    /// <summary>Address and port.</summary>
    public string Host => new Uri(_app.Urls.Single()).Authority;

    /// <param name="repository">The image's name.</param>
    /// <param name="tag">Its tag.</param>
    public static async Task<Registry> StartAsync(string repository, string tag)
    {
        var registry = new Registry();
        var layer = await LayerAsync();
        var config = new JObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JObject
            {
                ["Env"] = new JArray("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "APP_UID=1654", "ASPNETCORE_HTTP_PORTS=8080"),
            },
            ["rootfs"] = new JObject { ["type"] = "layers", ["diff_ids"] = new JArray(Digest(layer)) },
        };
        var manifest = new JObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = registry.Add(ConnectorJson.ToBytes(config), "application/vnd.docker.container.image.v1+json"),
            ["layers"] = new JArray(registry.Add(Pack(layer), "application/vnd.docker.image.rootfs.diff.tar.gzip")),
        };
        var digest = (string)registry.Add(ConnectorJson.ToBytes(manifest), ManifestType)["digest"]!;
        registry._app.Run(context =>
        {
            var path = context.Request.Path.Value!;
            var wanted = path == $"/v2/{repository}/manifests/{tag}" ? digest : path.Split('/')[^1];
            return registry._blobs.TryGetValue(wanted, out var bytes) ? AnswerAsync(context, wanted, bytes, wanted == digest)
                : path.TrimEnd('/') == "/v2" ? Task.CompletedTask
                : NotFound(context);
        });
        await registry._app.StartAsync();
        return registry;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, string digest, byte[] bytes, bool isManifest)
    {
        context.Response.ContentType = isManifest ? ManifestType : "application/octet-stream";
        context.Response.Headers["Docker-Content-Digest"] = digest;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes);
        }
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    private static async Task<byte[]> LayerAsync()
    {
        using var layer = new MemoryStream();
        await using (var writer = new TarWriter(layer, TarEntryFormat.Ustar, leaveOpen: true))
        {
            const UnixFileMode All = (UnixFileMode)0b111_101_101;
            foreach (
                var (folder, mode, user) in new[] { ("dev", All, 0), ("etc", All, 0), ("home", All, 0), ("proc", All, 0) }
                    .Append(("home/app", (UnixFileMode)0b111_101_000, 1654))
                    .Append(("tmp", (UnixFileMode)0b001_111_111_111, 0))
            )
            {
                await writer.WriteEntryAsync(
                    new UstarTarEntry(TarEntryType.Directory, folder + "/")
                    {
                        Mode = mode,
                        Uid = user,
                        Gid = user,
                    }
                );
            }

            foreach (
                var (file, text) in new[]
                {
                    ("etc/passwd", "root:x:0:0:root:/root:/bin/bash\napp:x:1654:1654::/home/app:/bin/sh\n"),
                    ("etc/group", "root:x:0:\napp:x:1654:\n"),
                }
            )
            {
                using var data = new MemoryStream(Encoding.UTF8.GetBytes(text));
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, file) { Mode = (UnixFileMode)0b110_100_100, DataStream = data });
            }
        }

        return layer.ToArray();
    }

    private JObject Add(byte[] bytes, string type)
    {
        _blobs[Digest(bytes)] = bytes;
        return new JObject
        {
            ["mediaType"] = type,
            ["digest"] = Digest(bytes),
            ["size"] = bytes.Length,
        };
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
