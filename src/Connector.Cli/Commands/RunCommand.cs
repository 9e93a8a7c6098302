using System.CommandLine;
using CustomerIo.Connector.Cli.Each;
using CustomerIo.Connector.Cli.Shell;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Sandbox;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Cli.Commands;

/// <summary><c>connector run id</c>: runs one action, over one input or over a file of them.</summary>
internal static class RunCommand
{
    /// <summary>More requests of 500 kB at once help nobody, and each takes its memory.</summary>
    private const int MaxBatches = 16;

    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var id = new Argument<string>("id") { HelpName = "id", Description = "The action's id; connector actions lists them." };
        var input = new Option<string?>("--input")
        {
            Description = "The inputs as a JSON object, @file to read one, or - for stdin.",
            HelpName = "json|@file|-",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "One input: name=value, a.b=value inside an object, name:=json for JSON.",
            HelpName = "key=value",
        };
        var region = new Option<string?>("--region") { Description = "The workspace's region; wins over CUSTOMERIO_REGION.", HelpName = "auto|us|eu" };
        region.AcceptOnlyFromAmong("auto", "us", "eu");
        var dryRun = new Option<bool>("--dry-run") { Description = "Prints what would be sent, and sends nothing." };
        var each = new Option<string?>("--each") { Description = "Runs once for each line of a JSON Lines file, or of stdin.", HelpName = "file|-" };
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "With --each: how many at once, 1 to 256. Default 16.",
            HelpName = "n",
            DefaultValueFactory = _ => 16,
        };
        Shared.Between(concurrency, 1, 256);
        var batch = new Option<bool>("--batch")
        {
            Description = "With --each: gathers lines into batch requests, much faster; for actions that Customer.io has an operation for.",
        };
        var invocation = new Option<string?>("--invocation-id")
        {
            Description = "Gives events the same id whenever it is the same, so that a replay counts once.",
            HelpName = "text",
        };
        var sandbox = new Option<bool>("--sandbox") { Description = "Runs against a sandbox made for this run, and shows what it recorded." };
        var items = new Option<bool>("--items") { Description = "For lists: prints one item a line as the pages arrive, so that memory stays flat." };
        var json = Shared.Json();
        var command = new Command("run", "Runs one action.")
        {
            id,
            input,
            set,
            region,
            dryRun,
            each,
            concurrency,
            batch,
            items,
            invocation,
            sandbox,
            json,
        }.WithExamples(
            "connector run identify --set id=7 --set customerData.plan=pro",
            "connector run track --set id=7 --set eventName=order_shipped --dry-run",
            "connector run identify --input '{\"id\":\"7\",\"customerData\":{\"plan\":\"pro\"}}'",
            "connector run identify --each people.jsonl --batch > results.jsonl",
            "connector run list-segments --items"
        );
        id.CompletionSources.Add(_ => Catalogue.Embedded.Ids);
        set.CompletionSources.Add(context =>
            context.ParseResult.GetValue(id) is { } named && Catalogue.Embedded.Ids.Contains(named)
                ? Catalogue.Embedded.Find(named).Properties.Select(p => p.Key + "=")
                : []
        );
        command.Validators.Add(result =>
        {
            if (
                result.GetResult(each) is not null
                && (result.GetResult(input) is not null || result.GetResult(set) is not null || result.GetResult(dryRun) is not null)
            )
            {
                result.AddError("--each takes its inputs from the lines; it cannot be combined with --input, --set or --dry-run.");
            }
            else if (result.GetResult(each) is null && (result.GetResult(concurrency) is { Implicit: false } || result.GetValue(batch)))
            {
                result.AddError("--concurrency and --batch need --each.");
            }
            else if (result.GetValue(items) && (result.GetResult(each) is not null || result.GetValue(dryRun) || result.GetValue(json)))
            {
                result.AddError("--items prints items alone; it cannot be combined with --each, --dry-run or --json.");
            }
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var actionId = parsed.GetValue(id)!;
                var manifest = Catalogue.Embedded.Find(actionId);
                try
                {
                    return await OneAsync(parsed, actionId, manifest, ct).ConfigureAwait(false);
                }
                catch (ConnectorException e) when (e.IsHeadline)
                {
                    return Terminal.Fail(e, parsed.GetValue(json), manifest);
                }
            }
        );
        return command;

        async Task<int> OneAsync(ParseResult parsed, string actionId, ActionManifest manifest, CancellationToken ct)
        {
            await using var local = parsed.GetValue(sandbox) ? await SandboxCommand.StartAsync(new SandboxOptions(), ct).ConfigureAwait(false) : null;
            var connection = local is null ? Connection.FromEnvironment() : SandboxCommand.ConnectionTo(local);
            using var connector = new CustomerIoConnector(new CustomerIoConnectorOptions { Time = Terminal.Clock, Logger = Terminal.Logger });
            Region? wanted = parsed.GetValue(region) is { } name ? Enum.Parse<Region>(name, true) : null;
            var invocationId = parsed.GetValue(invocation);
            if (parsed.GetValue(each) is { } file)
            {
                var summary =
                    parsed.GetValue(batch) || manifest.Id == "batch"
                        ? await BatchAsync(
                                new BatchRun(connector, manifest, connection, wanted, invocationId, Math.Min(parsed.GetValue(concurrency), MaxBatches)),
                                file,
                                ct
                            )
                            .ConfigureAwait(false)
                        : await new EachRun(connector, manifest, connection, wanted, invocationId, parsed.GetValue(concurrency))
                            .RunAsync(file, ct)
                            .ConfigureAwait(false);
                if (local is not null)
                {
                    Terminal.Say($"The sandbox recorded {local.RequestCount} requests.");
                }

                return summary;
            }

            var values = await ReadInputAsync(parsed.GetValue(input), parsed.GetValue(set) ?? [], manifest, ct).ConfigureAwait(false);
            var options = new RunOptions { InvocationId = invocationId, Region = wanted };
            if (parsed.GetValue(dryRun))
            {
                ShowDryRun(await connector.DryRunAsync(actionId, values, connection, options).ConfigureAwait(false), parsed.GetValue(json));
                return ExitCodes.Success;
            }

            if (parsed.GetValue(items))
            {
                return await ItemsAsync(connector, actionId, values, connection, options, ct).ConfigureAwait(false);
            }

            var result = await connector.RunAsync(actionId, values, connection, options, ct).ConfigureAwait(false);
            Show(result, values, local, parsed.GetValue(json));
            return result.Status == RunStatus.Partial ? ExitCodes.NotWholly : ExitCodes.Success;
        }
    }

    private static async Task<int> BatchAsync(BatchRun run, string file, CancellationToken ct)
    {
        using (run)
        {
            return await run.RunAsync(file, ct).ConfigureAwait(false);
        }
    }

    private static async Task<int> ItemsAsync(
        CustomerIoConnector connector,
        string actionId,
        JObject values,
        Connection connection,
        RunOptions options,
        CancellationToken ct
    )
    {
        await using var output = new StreamWriter(Stdout.Open(), bufferSize: 1 << 16);
        var (count, shown) = (0L, TimeProvider.System.GetTimestamp());
        void Print(JToken item)
        {
            ct.ThrowIfCancellationRequested();
            count++;
            output.WriteLine(Shown.Escape(ConnectorJson.ToText(item)));

            // Soon, so that whoever reads sees them come, and one who has gone is noticed before the next page.
            if (TimeProvider.System.GetElapsedTime(shown) > s_soon)
            {
                output.Flush();
                shown = TimeProvider.System.GetTimestamp();
            }
        }

        options = new RunOptions
        {
            InvocationId = options.InvocationId,
            Region = options.Region,
            Item = Print,
        };
        var result = await connector.RunAsync(actionId, values, connection, options, ct).ConfigureAwait(false);

        // A list that comes whole in one answer was not handed on by pages.
        foreach (var item in (result.Data as JObject)?.PropertyValues().OfType<JArray>().FirstOrDefault() ?? [])
        {
            Print(item);
        }

        var next = result.Data["next"] is JValue { Value: string cursor } ? $"; more with --set start={cursor}" : "";
        Terminal.Say($"{count} items in {result.Request.Count} requests{next}.");
        foreach (var warning in result.Warnings)
        {
            Terminal.Say($"warning: {warning}");
        }

        return ExitCodes.Success;
    }

    private static async Task<JObject> ReadInputAsync(string? input, string[] sets, ActionManifest manifest, CancellationToken ct)
    {
        var values = input is null ? [] : await ParseInputAsync(input, ct).ConfigureAwait(false);
        foreach (var set in sets)
        {
            SetValue.Apply(values, set, manifest);
        }

        return values;
    }

    /// <summary>Reads the JSON object that an <c>--input</c> gives: itself, <c>@file</c>, or <c>-</c> for stdin.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: it cannot be read, or is no JSON object.</exception>
    internal static async Task<JObject> ParseInputAsync(string input, CancellationToken ct)
    {
        var (source, name) =
            input == "-" ? ("-", "stdin")
            : input.StartsWith('@') ? (input[1..], input[1..])
            : (null, "--input");
        if (source?.Trim() is "")
        {
            throw new ConnectorException(FailureKind.Input, "--input @ is empty. Name the file: --input @FILE");
        }

        var hint = source is null && !input.TrimStart().StartsWith('{') && IsFile(input) ? $" To read that file, write --input @{input}" : "";
        try
        {
            if (source is null)
            {
                return ConnectorJson.ParseObject(input);
            }

            using var bytes = new MemoryStream();
            await using var stream = await EachRun.OpenAsync(source, ct).ConfigureAwait(false);
            await stream.CopyToAsync(bytes, ct).WaitAsync(ct).ConfigureAwait(false);
            return ConnectorJson.ParseObject(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (FormatException e)
        {
            throw new ConnectorException(FailureKind.Input, $"{name}: {e.Message}{hint}", [new Problem("", e.Message)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(FailureKind.Input, $"{name} cannot be read: {FileFailure.Reason(e)}");
        }
    }

    // Also one that is not there but is named like one.
    private static bool IsFile(string input) => File.Exists(input) || input.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static void Show(RunResult result, JObject input, SandboxServer? sandbox, bool json)
    {
        var request = result.Request;
        var attempts = request.Attempts == 1 ? "" : $", {request.Attempts} attempts";
        var answer =
            $"{Names.Camel(result.Status.ToString())}: {request.Method} {request.Url} answered {request.HttpStatus} in {request.DurationMs} ms{attempts}";
        var deed = $"The action was done, but what it gave cannot be printed; do not run it again for that. {answer}";
        if (json)
        {
            var document = result.ToJson();
            if (sandbox is not null)
            {
                document["sandbox"] = Recorded(sandbox, input);
            }

            Terminal.Json(document, deed);
            return;
        }

        Terminal.Print(answer, deed);
        if (result.Data is not JObject { Count: 0 })
        {
            Terminal.Print(ConnectorJson.ToText(result.Data, true), deed);
        }

        foreach (var warning in result.Warnings)
        {
            Terminal.Say($"warning: {warning}");
        }

        if (sandbox is not null)
        {
            var recorded = Recorded(sandbox, input);
            foreach (var entry in recorded["requests"]!)
            {
                var body = entry["body"] is { Type: not JTokenType.Null } sent ? " " + ConnectorJson.ToText(sent) : "";
                Terminal.Say($"Customer.io would have received: {(string)entry["method"]!} {(string)entry["path"]!}{body}");
            }

            if (recorded["person"] is JObject person)
            {
                Terminal.Say($"and the person would be: {ConnectorJson.ToText(person["attributes"] ?? person)}");
            }
        }
    }

    private static JObject Recorded(SandboxServer sandbox, JObject input) =>
        new()
        {
            ["requests"] = new JArray(
                sandbox.Requests.Select(r => new JObject
                {
                    ["method"] = r.Method,
                    ["path"] = r.Path,
                    ["body"] = r.Body,
                    ["status"] = r.Status,
                })
            ),
            ["person"] = input["id"] is JValue { Value: not null } id ? sandbox.Person(ConnectorJson.ScalarText(id)) : null,
        };

    private static void ShowDryRun(JObject plan, bool json)
    {
        if (json)
        {
            Terminal.Json(plan);
            return;
        }

        foreach (var request in plan["requests"]!)
        {
            Terminal.Print($"{(string)request["method"]!} {(string)request["url"]!}");
            foreach (var (name, value) in (JObject)request["headers"]!)
            {
                Terminal.Print($"{name}: {value}");
            }

            if (request["body"] is { Type: not JTokenType.Null } body)
            {
                Terminal.Print(body is JValue { Value: string text } ? text : ConnectorJson.ToText(body, true));
            }
        }

        foreach (var warning in plan["warnings"]!)
        {
            Terminal.Say($"warning: {(string)warning!}");
        }

        Terminal.Say("Nothing was sent.");
    }
}
