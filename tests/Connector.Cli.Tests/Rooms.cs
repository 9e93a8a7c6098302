using Mono.Cecil;

namespace CustomerIo.Connector.Cli.Tests;

/// <summary>The namespaces of a compiled assembly and which of them refers to which, by its types and not by its text.</summary>
internal sealed class Rooms
{
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _references = new(StringComparer.Ordinal);
    private readonly ModuleDefinition _module;

    private Rooms(ModuleDefinition module)
    {
        _module = module;
        foreach (var type in module.Types.Where(t => t.Namespace.StartsWith("CustomerIo.", StringComparison.Ordinal)))
        {
            Read(type, type.Namespace);
        }
    }

    /// <summary>Reads an assembly.</summary>
    /// <param name="path">Its file.</param>
    public static Rooms Of(string path)
    {
        using var module = ModuleDefinition.ReadModule(path);
        return new Rooms(module);
    }

    /// <summary>Every cycle of namespaces, one line each: who refers to whom, and by which type.</summary>
    public IReadOnlyList<string> Cycles => [.. Knots().Select(Tell)];

    /// <summary>Whether something in one namespace refers to another.</summary>
    public IEnumerable<(string From, string To, string Example)> References =>
        _references.SelectMany(from => from.Value.Select(to => (from.Key, to.Key, to.Value)));

    // The strongly connected parts that have more than one namespace: of each, one cycle through its first.
    private IEnumerable<List<string>> Knots()
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var room in _references.Keys)
        {
            if (!told.Contains(room) && PathBack(room) is { } cycle)
            {
                foreach (var member in _references.Keys.Where(r => Reaches(room, r) && Reaches(r, room)))
                {
                    told.Add(member);
                }

                yield return cycle;
            }
        }
    }

    private List<string>? PathBack(string room)
    {
        var (came, next) = (new Dictionary<string, string>(StringComparer.Ordinal), new Queue<string>([room]));
        while (next.TryDequeue(out var at))
        {
            foreach (var to in _references[at].Keys)
            {
                if (to == room)
                {
                    var path = new List<string> { room };
                    for (var step = at; step != room; step = came[step])
                    {
                        path.Insert(0, step);
                    }

                    path.Insert(0, room);
                    return path;
                }

                if (came.TryAdd(to, at))
                {
                    next.Enqueue(to);
                }
            }
        }

        return null;
    }

    private bool Reaches(string from, string to)
    {
        var (seen, next) = (new HashSet<string>(StringComparer.Ordinal), new Stack<string>([from]));
        while (next.TryPop(out var at))
        {
            foreach (var target in _references[at].Keys.Where(seen.Add))
            {
                next.Push(target);
            }
        }

        return seen.Contains(to);
    }

    private string Tell(List<string> cycle) =>
        string.Join("\n  -> ", cycle.Zip(cycle.Skip(1)).Select(step => $"{step.First}: {_references[step.First][step.Second]}").Append(cycle[^1]));

    private void Read(TypeDefinition type, string room)
    {
        Add(room, type, type.BaseType);
        foreach (var implemented in type.Interfaces)
        {
            Add(room, type, implemented.InterfaceType);
        }

        foreach (var attribute in type.CustomAttributes)
        {
            Add(room, type, attribute.AttributeType);
        }

        foreach (var field in type.Fields)
        {
            Add(room, type, field.FieldType);
        }

        foreach (var method in type.Methods)
        {
            Read(method, type, room);
        }

        foreach (var nested in type.NestedTypes)
        {
            Read(nested, room);
        }
    }

    private void Read(MethodDefinition method, TypeDefinition type, string room)
    {
        Add(room, type, method.ReturnType);
        foreach (var parameter in method.Parameters)
        {
            Add(room, type, parameter.ParameterType);
        }

        foreach (var constraint in method.GenericParameters.SelectMany(p => p.Constraints))
        {
            Add(room, type, constraint.ConstraintType);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (var variable in method.Body.Variables)
        {
            Add(room, type, variable.VariableType);
        }

        foreach (var instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference used:
                    Add(room, type, used);
                    break;
                case GenericInstanceMethod generic:
                    Add(room, type, generic.DeclaringType);
                    foreach (var argument in generic.GenericArguments)
                    {
                        Add(room, type, argument);
                    }

                    break;
                case MemberReference member:
                    Add(room, type, member.DeclaringType);
                    break;
            }
        }
    }

    private void Add(string room, TypeDefinition from, TypeReference? to)
    {
        switch (to)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType generic:
                Add(room, from, generic.ElementType);
                foreach (var argument in generic.GenericArguments)
                {
                    Add(room, from, argument);
                }

                return;
            case TypeSpecification wrapped:
                Add(room, from, wrapped.ElementType);
                return;
        }

        var outer = to;
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        if (outer.Scope == _module && outer.Namespace != room && outer.Namespace.StartsWith("CustomerIo.", StringComparison.Ordinal))
        {
            if (!_references.TryGetValue(room, out var targets))
            {
                _references[room] = targets = new(StringComparer.Ordinal);
            }

            _references.TryAdd(outer.Namespace, new(StringComparer.Ordinal));
            targets.TryAdd(outer.Namespace, $"{from.FullName} -> {outer.Name}");
        }
    }
}
