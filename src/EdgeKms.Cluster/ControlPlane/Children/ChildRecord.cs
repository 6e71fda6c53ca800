using System.Text;

namespace EdgeKms.Cluster.ControlPlane.Children;

/// <summary>
/// The record of a running child, <c>run/NAME.pid</c>: what the next <c>edgekms up</c> stops first when this one was killed.
/// </summary>
internal static class ChildRecord
{
    internal static void Write(LocalState state, string name, ProcessIdentity identity) =>
        state.Put(state.Record(name), Encoding.ASCII.GetBytes(identity.Text), LocalState.PrivateFile);

    /// <summary>The process of the record, if it still runs.</summary>
    internal static ProcessIdentity? Alive(LocalState state, string name)
    {
        try
        {
            var identity = ProcessIdentity.Parse(File.ReadAllText(state.Record(name)));
            return identity?.IsAlive == true ? identity : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    internal static void Delete(LocalState state, string name) => File.Delete(state.Record(name));
}
