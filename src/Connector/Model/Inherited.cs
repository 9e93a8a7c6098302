using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Model;

/// <summary>Whether a standard stream was handed to this process, or was closed before it began.</summary>
internal static class Inherited
{
    private static readonly bool s_input = Platform.Current.IsInherited(0);

    public static bool Output { get; } = Platform.Current.IsInherited(1);

    public static bool Error { get; } = Platform.Current.IsInherited(2);

    /// <summary>Standard input.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it is closed, and reading it would wait for ever.</exception>
    public static Stream OpenInput() =>
        s_input
            ? Console.OpenStandardInput()
            : throw new ConnectorException(FailureKind.Input, "stdin cannot be read: it is closed. Lead a file or a pipe into it.");
}
