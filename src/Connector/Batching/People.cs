namespace CustomerIo.Connector.Batching;

/// <summary>Finds which items belong together: those that share a name, also by way of third ones.</summary>
internal static class People
{
    /// <param name="count">How many items there are.</param>
    /// <param name="namesOf">The names of an item.</param>
    /// <returns>For each item the place of one item of its group, the same for all of the group.</returns>
    public static int[] Groups(int count, Func<int, ReadOnlySpan<ulong>> namesOf)
    {
        var parent = new int[count];
        var first = new Dictionary<ulong, int>(count);
        int Root(int i)
        {
            while (parent[i] != i)
            {
                i = parent[i] = parent[parent[i]];
            }

            return i;
        }

        for (var i = 0; i < count; i++)
        {
            parent[i] = i;
            foreach (var name in namesOf(i))
            {
                if (!first.TryAdd(name, i))
                {
                    parent[Root(i)] = Root(first[name]);
                }
            }
        }

        for (var i = 0; i < count; i++)
        {
            parent[i] = Root(i);
        }

        return parent;
    }
}
