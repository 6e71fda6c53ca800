using EdgeKms.KeyRing.Tests.Vectors;

namespace EdgeKms.KeyRing.Tests.Audit;

/// <summary>Every vector of the audit log; spec/vectors/check.py checks them with a second implementation.</summary>
public sealed class AuditVectorTests
{
    public static TheoryData<string> Names => Vector.Names("audit-log-v1");

    [Theory, MemberData(nameof(Names))]
    public void Log_OfAVector_HasItsOutcome(string name)
    {
        var v = Vector.Get("audit-log-v1", name);
        var bed = new AuditBed();
        bed.Put(1, v.Bytes("file"));
        var verdict = bed.Log.Verify();
        Assert.Equal(v.Outcome, verdict.IsOk ? "ok" : "body-failure");
        if (!v.IsOk)
            return;
        Assert.Equal(v.Number("entries"), verdict.Entries);
        Assert.Equal(v.Json.GetProperty("head").GetString(), verdict.Head?.Text);
        Assert.Equal(v.Json.GetProperty("tornTail").GetBoolean(), verdict.TornTails.Count == 1);
    }
}
