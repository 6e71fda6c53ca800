using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>Parts that the reports of several commands share.</summary>
internal static class Reports
{
    internal static SlotReport Of(Slot slot) => new(slot.Number, Slot.KindText(slot.Kind), slot.Kdf.Text, slot.Created);

    internal static AuditEntryReport Of(AuditRecord record) =>
        new(
            record.Sequence,
            record.Time,
            AuditEventName.Of(record.Entry.Event),
            record.Entry.Ring?.Text,
            record.Entry.Generation,
            record.Entry.Key?.Text,
            record.Entry.Slot,
            record.Entry.Detail
        );

    /// <summary>Says what failed beside a change that stands.</summary>
    internal static void Warn(ChangedRing changed, IoStreams io)
    {
        foreach (var warning in changed.Warnings)
            io.Warn(warning.Text);
    }

    internal static IReadOnlyList<string> Warnings(ChangedRing changed) => [.. changed.Warnings.Select(w => w.Text)];
}
