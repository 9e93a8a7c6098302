using CustomerIo.Connector.Tests.Kit;

namespace CustomerIo.Connector.Tests.Manifest;

public class InputSchemaTests
{
    [TestCase("null")]
    [TestCase("\"\"")]
    public async Task Bind_BlankFieldsOfAForm_MeanNotFilledIn(string blank)
    {
        using var bench = new Bench(Answer.Ok("""{"a":1}"""));
        var result = await bench.RunAsync("raw-request",
            $$"""
            {"url":"/v1/x","method":"GET","region":{{blank}},"responseType":{{blank}},"timeout":{{blank}},"debugRequest":{{blank}},"retryDelayMs":{{blank}},
             "retryOnAllErrors":{{blank}},"maxRetryCount":{{blank}},"useExponentialBackoff":{{blank}},"formData":{{blank}},"queryParameters":{{blank}},"headers":{{blank}},"data":{{blank}}}
            """, Bench.Eu);
        Assert.That(bench.Wire.Only.Url, Is.EqualTo("https://track-eu.customer.io/api/v1/x"));
        Assert.That((int?)result.Data["a"], Is.EqualTo(1));
    }

    [TestCase("null")]
    [TestCase("\"\"")]
    public async Task Bind_BlankRequiredChoice_IsMissing(string blank)
    {
        using var bench = new Bench();
        var failure = await bench.FailAsync("raw-request", $$"""{"url":"/v1/x","method":{{blank}}}""");
        Assert.That(failure.Problems, Is.EqualTo(new[] { new Problem("/method", "is required.") }));
    }
}
