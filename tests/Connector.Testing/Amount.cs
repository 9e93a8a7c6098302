namespace CustomerIo.Connector.Testing;

/// <summary>How often tests of random inputs try: some often enough for every day, all with the variable CONNECTOR_TESTS=thorough.</summary>
public static class Amount
{
    private static readonly bool s_all = Environment.GetEnvironmentVariable("CONNECTOR_TESTS") == "thorough";

    /// <summary>A quarter of the tries, or all of them; what is drawn first is the same.</summary>
    /// <param name="all">How many there are.</param>
    public static int Of(int all) => s_all ? all : (all + 3) / 4;
}
