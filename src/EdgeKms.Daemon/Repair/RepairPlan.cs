using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Repair;

/// <summary>What a repair will do, in words, before it does it.</summary>
internal static class RepairPlan
{
    internal static void Say(RepairStep step, MachineSurvey survey, RepairLog log)
    {
        switch (step)
        {
            case RepairStep.Persist:
                log.Plan("let the daemon write the ring from its memory as a new generation, with a new node token");
                break;
            case RepairStep.TakeOver:
                log.Plan("have the daemon take over the ring on disk");
                break;
            case RepairStep.WriteMark:
                log.Plan("write a new checkpoint");
                break;
            case RepairStep.SetAside:
                log.Plan("move aside what is no generation of this ring");
                break;
            case RepairStep.ReplaceToken:
                log.Plan("ask for the passphrase or the recovery code, and make a new node slot and token");
                break;
            case RepairStep.CarryOn when survey.Mark is { IsThere: true, Proof: not Proof.Disproven }:
                log.Plan("ask for the passphrase or the recovery code");
                log.Plan("carry on from the newest good generation that holds the key which was used last");
                break;
            case RepairStep.CarryOn:
                log.Plan("ask for the passphrase or the recovery code");
                log.Plan("carry on from the newest good generation, with a new key and a new checkpoint");
                break;
        }
    }
}
