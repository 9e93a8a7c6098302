using CustomerIo.Connector.Pipelines.Tables;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Pipelines.Import;

/// <summary>Suppresses the addresses of a table at the mail provider, or lets them go, one a request.</summary>
internal sealed class SuppressionImport(CustomerIoConnector connector, Connection connection, ImportSettings settings, ImportProgress book, WaitNotice notice)
    : ActionImport(connector, connection, settings, book, notice)
{
    private const string Usual = "bounces";
    private static readonly string[] s_types = [Usual, "blocks", "spam_reports", "invalid_emails"];
    private readonly List<(Row Row, string Email, string Type, bool Remove)> _changes = [];

    protected override RowProblem? Read(RowBlock block, Row row, RowColumns columns)
    {
        var column = columns.Identifiers is [var (place, _)] ? place : -1;
        var name = column < 0 ? "email" : columns.Names[column];
        if (Text(block, row, column) is not { Length: > 0 } email)
        {
            return new("missing", name, "is empty.");
        }

        if (Wrong(block, row, column, Gate.Email(email, Connection.AllowPlaceholderIds), ref email) is { } wrong)
        {
            return new("input", name, wrong);
        }

        var type = Text(block, row, columns.Type) is { Length: > 0 } given ? given : Usual;
        if (!s_types.Contains(type))
        {
            return new("input", columns.Names[columns.Type], $"must be one of {string.Join(", ", s_types)}.");
        }

        _changes.Add((row, email, type, IsDeletion(block, row, columns)));
        return null;
    }

    protected override async Task<IReadOnlyList<(Row, RowProblem)>> SendAsync(CancellationToken ct)
    {
        var refused = new List<(Row, RowProblem)>();
        foreach (var (row, email, type, remove) in _changes)
        {
            try
            {
                var input = new JObject { ["email"] = email, ["type"] = type };
                await RunAsync(remove ? "remove-suppression" : "add-suppression", input, ct).ConfigureAwait(false);
            }
            catch (ConnectorException e) when (e.Kind is FailureKind.Rejected or FailureKind.Input)
            {
                refused.Add((row, new RowProblem(e.KindName, "", e.Message)));
            }
        }

        _changes.Clear();
        return refused;
    }
}
