using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Repair;

/// <summary>What <see cref="Diagnostician"/> says of the files.</summary>
/// <param name="Ailment">What it is.</param>
/// <param name="Text">In words, with paths.</param>
/// <param name="Survey">What is on disk.</param>
/// <param name="Opened">The ring, where the token opened it.</param>
internal sealed record Diagnosis(Ailment Ailment, string Text, RingSurvey Survey, StoredRing? Opened);
