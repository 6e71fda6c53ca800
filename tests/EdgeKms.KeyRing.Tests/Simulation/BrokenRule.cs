namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>What the model of the daemon and its administrator can be made to do wrong, to prove that it is noticed.</summary>
public enum BrokenRule
{
    None,

    /// <summary>A stop between the ring's commit and its checkpoint is not made up for before the key is announced.</summary>
    SkipsMarkBeforeAnnouncing,

    /// <summary>A generation whose checkpoint could not be written takes the place of one that serves well.</summary>
    AnnouncesWhatItCouldNotMark,

    /// <summary>The new node token takes the old one's place before the ring that it opens is made.</summary>
    PromotesTheTokenBeforeTheCommit,

    /// <summary>Off for ten periods, ten rotations.</summary>
    RotatesOncePerMissedPeriod,

    /// <summary>Encrypt takes the newest key, not the one that Status announced.</summary>
    EncryptsWithTheNewestKey,

    /// <summary>The date of the last time seen is not looked at.</summary>
    RotatesWithTheClockBehind,

    /// <summary>Restore carries on with the backup's active key.</summary>
    RestoresWithoutANewKey,

    /// <summary>Repair takes any good generation.</summary>
    RepairsBehindTheLastKey,
}
