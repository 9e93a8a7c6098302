namespace CustomerIo.Connector.Model;

/// <summary>How one item of a run of many ended.</summary>
/// <param name="Index">Its place in the source, 0 for the first.</param>
/// <param name="Failure">Why it was not accepted; null when it was.</param>
/// <param name="EventId">The id by which Customer.io counts its event once; null for what is no event.</param>
/// <param name="Warnings">What was changed or may surprise. Empty mostly.</param>
public sealed record ItemResult(long Index, ConnectorException? Failure, string? EventId, IReadOnlyList<string> Warnings);
