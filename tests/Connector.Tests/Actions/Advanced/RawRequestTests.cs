using System.Text;
using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Actions.Advanced;

public class RawRequestTests
{
    [Test]
    public async Task RunAsync_FormAndFiles_SendsOneMultipartForm()
    {
        using var bench = new Bench(Answer.Ok());
        await bench.RunAsync("raw-request",
            """
            {"url":"/v1/forms/f/submit","method":"POST",
             "formData":{"plain":"a b","größe \"x\"":1.5,"on":true},
             "fileData":{"text":"naïve","dir/pixel":{"base64":"AAH/","contentType":"image/png"},"blob":{"base64":"AAE="}},
             "fileDataFileNames":{"text":"../../straße\r\n\".txt"}}
            """);
        var request = bench.Wire.Only;
        var boundary = request.Header("Content-Type")!["multipart/form-data; boundary=".Length..];
        byte[] expected =
        [
            .. Encoding.UTF8.GetBytes(
                $$"""
                --{{boundary}}
                Content-Disposition: form-data; name="plain"

                a b
                --{{boundary}}
                Content-Disposition: form-data; name="größe %22x%22"

                1.5
                --{{boundary}}
                Content-Disposition: form-data; name="on"

                true
                --{{boundary}}
                Content-Disposition: form-data; name="text"; filename="straße%0D%0A%22.txt"
                Content-Type: text/plain; charset=utf-8

                naïve
                --{{boundary}}
                Content-Disposition: form-data; name="dir/pixel"; filename="pixel"
                Content-Type: image/png


                """.ReplaceLineEndings("\r\n")),
            0, 1, 255,
            .. Encoding.UTF8.GetBytes(
                $$"""

                --{{boundary}}
                Content-Disposition: form-data; name="blob"; filename="blob"
                Content-Type: application/octet-stream


                """.ReplaceLineEndings("\r\n")),
            0, 1,
            .. Encoding.UTF8.GetBytes($"\r\n--{boundary}--\r\n"),
        ];
        Assert.That(Convert.ToHexString(request.Body), Is.EqualTo(Convert.ToHexString(expected)), request.BodyText);
        Assert.That(boundary, Does.Match("^customerio-connector-[0-9a-f]{24}$"));
    }
}
