namespace CustomerIo.Connector.Container.Tests;

/// <summary>The image, made once for all tests.</summary>
/// <remarks>It takes a build for release, so nothing here runs unless <c>CUSTOMERIO_CONTAINER</c> is 1, which <c>.ci/container</c> sets.</remarks>
[SetUpFixture]
public sealed class Stage
{
    private const string Switch = "CUSTOMERIO_CONTAINER";

    internal static Image Image { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        if (Environment.GetEnvironmentVariable(Switch) != "1")
        {
            Assert.Ignore($"The image takes a build for release: run bash .ci/container, or set {Switch}=1.");
        }

        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("The image is unpacked and run as Linux does.");
        }

        Image = await Image.MakeAsync();
    }

    [OneTimeTearDown]
    public void Remove() => Image?.Dispose();
}
