using System.Net.Mime;
using System.Text.Json.Nodes;
using CustomerIo.Connector.Hosts.Mcp;
using CustomerIo.Connector.Hub.Actions;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Values;
using Microsoft.OpenApi;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Hub.OpenApi;

/// <summary>The model of the actions over HTTP that all documents are written from, in the words of the manifest.</summary>
internal sealed class ApiModel
{
    private const string Key = "hubKey",
        Invocation = "invocation",
        Failure = "Failure",
        Run = "Run",
        Event = "ReportingEvent";

    private readonly bool _forms;
    private readonly JObject _words;
    private readonly Catalogue _catalogue;
    private readonly ApiSchemas _schemas;
    private readonly OpenApiDocument _document;

    private ApiModel(Catalogue catalogue, Uri origin, OpenApiSpecVersion version)
    {
        _forms = version == OpenApiSpecVersion.OpenApi2_0;
        (_catalogue, _words) = (catalogue, catalogue.Http);
        _schemas = new ApiSchemas(_forms);
        _document = new OpenApiDocument
        {
            Info = new OpenApiInfo
            {
                Title = (string)_words["title"]!,
                Description = (string)_words["description"]!,
                Version = (string)catalogue.Connector["version"]!,
                Contact = new OpenApiContact
                {
                    Name = (string)_words["contact"]!["name"]!,
                    Url = new Uri((string)_words["contact"]!["url"]!),
                    Email = (string)_words["contact"]!["email"]!,
                },
            },
            Servers = [new OpenApiServer { Url = origin.GetLeftPart(UriPartial.Authority) }],
            Paths = [],
            Tags = new HashSet<OpenApiTag>(),
        };
    }

    /// <summary>Makes the model.</summary>
    /// <param name="catalogue">The words.</param>
    /// <param name="actions">The actions that belong to it.</param>
    /// <param name="origin">Where the hub is reached.</param>
    /// <param name="version">The version that it will be written in; 2.0 has what Power Platform makes forms from.</param>
    public static OpenApiDocument Of(Catalogue catalogue, IReadOnlyList<ActionManifest> actions, Uri origin, OpenApiSpecVersion version)
    {
        var model = new ApiModel(catalogue, origin, version);
        model.AddShared();
        foreach (var action in actions)
        {
            model.Add($"/actions/{action.Id}", HttpMethod.Post, model.Operation(action));
        }

        model.Add("/options/{kind}", HttpMethod.Get, model.Options());
        if (model._forms && actions.FirstOrDefault(a => a.Id == ActionsPart.SubscribesBy) is { } subscribes && catalogue.Triggers is [var trigger, ..])
        {
            model.AddTrigger(trigger, subscribes);
        }

        model._document.RegisterComponents();
        return model._document;
    }

    private void AddShared()
    {
        _document.AddComponent(
            Key,
            new OpenApiSecurityScheme
            {
                Description = (string)_words["key"]!["description"]!,
                // 2.0 has no bearer.
                Type = _forms ? SecuritySchemeType.ApiKey : SecuritySchemeType.Http,
                Scheme = _forms ? null : "bearer",
                In = _forms ? ParameterLocation.Header : null,
                Name = _forms ? "Authorization" : null,
            }
        );
        _document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, _document)] = [] }];
        _document.AddComponent(Failure, _schemas.Answer(_catalogue.FileSchema("failure")));
        _document.AddComponent(Run, _schemas.Answer((JObject)_catalogue.FileSchema("result")["properties"]!["request"]!));
        _document.AddComponent(
            Invocation,
            new OpenApiParameter
            {
                Name = ActionsPart.InvocationHeader,
                In = ParameterLocation.Header,
                Description = (string)_words["invocation"]!["description"]!,
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    MinLength = 1,
                    MaxLength = ActionsPart.LongestInvocation,
                },
                Extensions = _schemas.Words(_words["invocation"]!["title"], "advanced"),
            }
        );
        foreach (var (status, words) in (JObject)_words["failures"]!)
        {
            _document.AddComponent(
                NameOf(status),
                new OpenApiResponse
                {
                    Description = (string)words!,
                    Headers = status is "429" or "503"
                        ? new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
                        {
                            ["Retry-After"] = new OpenApiHeader
                            {
                                Description = (string)_words["retryAfter"]!,
                                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                            },
                        }
                        : null,
                    Content = Json(new OpenApiSchemaReference(Failure, _document)),
                }
            );
        }
    }

    private OpenApiOperation Operation(ActionManifest action)
    {
        var input = _schemas.Input(action.Input);
        var body = new OpenApiMediaType { Schema = input };
        if (_forms)
        {
            input.Examples = [ApiSchemas.Node(action.Examples.First()["input"]!)];
        }
        else
        {
            body.Examples = action
                .Examples.Select((example, i) => (Name: $"example{i + 1}", example))
                .ToDictionary(
                    e => e.Name,
                    IOpenApiExample (e) => new OpenApiExample { Summary = (string)e.example["title"]!, Value = ApiSchemas.Node(e.example["input"]!) }
                );
        }

        return new OpenApiOperation
        {
            OperationId = Names.Pascal(action.Id),
            Tags = Tag(action.Category),
            Summary = action.Title,
            Description = action.Description,
            Parameters = [new OpenApiParameterReference(Invocation, _document)],
            RequestBody = new OpenApiRequestBody
            {
                Description = (string)_words["input"]!["description"]!,
                Required = action.Required.Any(),
                Content = Content(body),
                Extensions = _schemas.Words(_words["input"]!["title"]),
            },
            Responses = Responses((string)_words["succeeded"]!, Result(action)),
        };
    }

    // As Power Platform registers a flow's address: it deletes what Location names when the flow goes.
    private void AddTrigger(TriggerManifest trigger, ActionManifest subscribes)
    {
        var words = _words["subscription"]!;
        _document.AddComponent(Event, _schemas.Answer(trigger.Output()));
        var begin = Operation(subscribes);
        (begin.OperationId, begin.Summary, begin.Description) = ($"On{Names.Pascal(trigger.Id)}", trigger.Title, trigger.Description);
        begin.Extensions = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal)
        {
            ["x-ms-trigger"] = new JsonNodeExtension("single"),
            ["x-ms-trigger-hint"] = new JsonNodeExtension((string)words["hint"]!),
        };
        var input = (OpenApiSchema)begin.RequestBody!.Content![MediaTypeNames.Application.Json].Schema!;
        var address = ((OpenApiSchema)input.Properties!["endpoint"]).Extensions!;
        address["x-ms-visibility"] = new JsonNodeExtension("internal");
        address["x-ms-notification-url"] = new JsonNodeExtension(true);
        begin.Responses = Responses((string)words["created"]!, Result(subscribes), "201");
        ((OpenApiResponse)begin.Responses["201"]).Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
        {
            ["Location"] = new OpenApiHeader { Description = (string)words["location"]!, Schema = ApiSchemas.Text() },
        };
        Add(ActionsPart.Subscriptions, HttpMethod.Post, begin);
        _document.Paths[ActionsPart.Subscriptions].Extensions!["x-ms-notification-content"] = new JsonNodeExtension(
            new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/definitions/{Event}" } }
        );
        Add(
            ActionsPart.Subscriptions + "/{id}",
            HttpMethod.Delete,
            new OpenApiOperation
            {
                OperationId = "EndSubscription",
                Tags = Tag(subscribes.Category),
                Summary = (string)words["end"]!["title"]!,
                Description = (string)words["end"]!["description"]!,
                Parameters = [Parameter("id", ParameterLocation.Path, words["id"]!)],
                Responses = Responses((string)_words["succeeded"]!, Result(_catalogue.Find(ActionsPart.UnsubscribesBy))),
                Extensions = _schemas.Words(null, "internal"),
            }
        );
    }

    private OpenApiSchema Result(ActionManifest action)
    {
        var result = _catalogue.FileSchema("result");
        result["properties"]!["data"] = action.Output;
        var schema = _schemas.Answer(result);
        schema.Properties!["request"] = new OpenApiSchemaReference(Run, _document);
        return schema;
    }

    private OpenApiOperation Options()
    {
        var words = _words["options"]!;
        var option = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "value", "label" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["value"] = Text(words["value"]!), ["label"] = Text(words["label"]!) },
        };
        var options = new OpenApiSchema { Type = JsonSchemaType.Array, Items = option };
        return new OpenApiOperation
        {
            OperationId = ApiSchemas.ListOptions,
            Tags = Tag((string)words["category"]!),
            Summary = (string)words["title"]!,
            Description = (string)words["description"]!,
            Parameters = [Parameter("kind", ParameterLocation.Path, words["kind"]!), Parameter("search", ParameterLocation.Query, words["search"]!)],
            Responses = Responses(
                (string)words["succeeded"]!,
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "options" },
                    Properties = new Dictionary<string, IOpenApiSchema> { ["options"] = options },
                }
            ),
            Extensions = _schemas.Words(null, "internal"),
        };
    }

    private OpenApiSchema Text(JToken words)
    {
        var schema = ApiSchemas.Text();
        schema.Description = (string)words["description"]!;
        schema.Extensions = _schemas.Words(words["title"]);
        return schema;
    }

    private OpenApiParameter Parameter(string name, ParameterLocation place, JToken words) =>
        new()
        {
            Name = name,
            In = place,
            Required = place == ParameterLocation.Path,
            Description = (string)words["description"]!,
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = name == "kind" ? [.. OptionLists.Known.Split(", ").Select(k => (JsonNode)k)] : null,
            },
            Extensions = _schemas.Words(words["title"]),
        };

    private OpenApiResponses Responses(string succeeded, OpenApiSchema schema, string success = "200")
    {
        var responses = new OpenApiResponses
        {
            [success] = new OpenApiResponse { Description = succeeded, Content = Json(schema) },
        };
        foreach (var (status, _) in (JObject)_words["failures"]!)
        {
            responses[status] = new OpenApiResponseReference(NameOf(status), _document);
        }

        return responses;
    }

    private HashSet<OpenApiTagReference> Tag(string category)
    {
        if (!_document.Tags!.Any(t => t.Name == category))
        {
            _document.Tags!.Add(new OpenApiTag { Name = category, Description = (string?)_words["categories"]![category] });
        }

        return [new OpenApiTagReference(category, _document)];
    }

    private void Add(string path, HttpMethod method, OpenApiOperation operation) =>
        _document.Paths[path] = new OpenApiPathItem
        {
            Operations = new Dictionary<HttpMethod, OpenApiOperation> { [method] = operation },
            Extensions = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal),
        };

    private static string NameOf(string status) => $"Failure{status}";

    private static Dictionary<string, IOpenApiMediaType> Json(IOpenApiSchema schema) => Content(new OpenApiMediaType { Schema = schema });

    private static Dictionary<string, IOpenApiMediaType> Content(OpenApiMediaType body) =>
        new(StringComparer.Ordinal) { [MediaTypeNames.Application.Json] = body };
}
