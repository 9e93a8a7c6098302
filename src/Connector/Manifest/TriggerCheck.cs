using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Manifest;

/// <summary>Checks what a schema cannot say of a trigger's file.</summary>
internal static class TriggerCheck
{
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: what is wrong, and where.</exception>
    public static void Check(ManifestSource source, string file, JObject document)
    {
        ConnectorException Bad(string path, string reason) => ManifestCheck.Bad(source, file, path, reason);

        var id = (string)document["id"]!;
        ManifestCheck.CheckId(source, file, document);
        ManifestCheck.CheckIcon(source, file, "/icon", (string)document["icon"]!);
        ManifestCheck.CheckKeywords(source, file, (JObject)document["input"]!["properties"]!, "/input/properties");
        ManifestCheck.CheckKeywords(source, file, (JObject)document["fields"]!, "/fields");
        CheckEvents(document, Bad);
        var manifest = new TriggerManifest(document);
        if (source != ManifestSource.Embedded)
        {
            var built = Catalogue.Embedded.Triggers.FirstOrDefault(t => t.Id == id) ?? throw Bad("/id", "is not a trigger that the connector's code knows.");
            ManifestCheck.CheckInputs(source, file, manifest.Input, built.Input);
        }

        ManifestCheck.CheckExamples(source, file, manifest.Examples, manifest.Validate, manifest.Properties);
    }

    private static void CheckEvents(JObject document, Func<string, string, ConnectorException> bad)
    {
        var fields = (JObject)document["fields"]!;
        foreach (var name in document["common"]!.Select(n => (string)n!).Where(n => fields[n] is null))
        {
            throw bad("/common", $"\"{name}\" is not among the fields.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var pairs = new HashSet<(string, string)>();
        foreach (var (group, g) in document["events"]!.Select((e, i) => (e, i)))
        {
            foreach (var (one, e) in group["events"]!.Select((e, i) => (e, i)))
            {
                var path = $"/events/{g}/events/{e}";
                if (!names.Add((string)one["name"]!))
                {
                    throw bad(path + "/name", $"\"{one["name"]}\" stands twice.");
                }

                if (!pairs.Add(((string)group["objectType"]!, (string)one["metric"]!)))
                {
                    throw bad(path + "/metric", $"\"{one["metric"]}\" stands twice in {group["objectType"]}.");
                }

                if (document["metrics"]![(string)one["metric"]!] is null)
                {
                    throw bad(path + "/metric", $"\"{one["metric"]}\" is not among the metrics.");
                }

                if (one["data"]!.Select(d => (string)d!).FirstOrDefault(d => fields[d] is null) is { } unknown)
                {
                    throw bad(path + "/data", $"\"{unknown}\" is not among the fields.");
                }
            }
        }
    }
}
