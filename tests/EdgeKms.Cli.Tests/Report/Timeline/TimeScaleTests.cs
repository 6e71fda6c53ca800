using EdgeKms.Cli.Report.Timeline;

namespace EdgeKms.Cli.Tests.Report.Timeline;

public class TimeScaleTests
{
    public static TheoryData<string, string> Spans =>
        new()
        {
            { "2026-11-24T18:00:00Z", "2026-11-24T18:00:00Z" },
            { "2026-11-24T18:00:00Z", "2026-11-24T18:01:00Z" },
            { "2026-11-24T18:00:00Z", "2026-11-25T02:00:00Z" },
            { "2026-11-24T18:00:00Z", "2026-12-24T18:00:00Z" },
            { "2026-01-31T00:00:00Z", "2026-03-01T00:00:00Z" },
            { "2024-02-29T00:00:00Z", "2027-11-24T18:00:00Z" },
            { "2010-06-22T00:00:00Z", "2026-11-24T18:00:00Z" },
            { "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z" },
            { "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z" },
        };

    [Theory, MemberData(nameof(Spans))]
    public void Place_OfAnyDate_IsOnTheLineAndInOrder(string from, string to)
    {
        var (first, last) = (Samples.Utc(from), Samples.Utc(to));
        var scale = TimeScale.Over([last, first], 100, 700);
        var middle = first + ((last - first) / 2);

        var places = new[] { DateTime.MinValue, first, middle, last, DateTime.MaxValue }.Select(scale.Place).ToList();

        Assert.Equal(places.Order(), places);
        Assert.All(places, p => Assert.InRange(p, 100, 800));
        Assert.True(scale.From < scale.To);
    }

    [Theory, MemberData(nameof(Spans))]
    public void Marks_OfAnySpan_AreAtMostSoManyAndAscend(string from, string to)
    {
        var scale = TimeScale.Over([Samples.Utc(from), Samples.Utc(to)], 0, 700);
        var step = TimeStep.For(scale, 9);

        var marks = step.Marks(scale).ToList();

        Assert.InRange(marks.Count, 0, 10);
        Assert.Equal(marks.Distinct().Order(), marks);
        Assert.All(marks, m => Assert.InRange(m, scale.From, scale.To));
        Assert.Equal(marks.Count, marks.Select(step.Label).Distinct().Count());
        var places = marks.Select(scale.Place).ToList();
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First > 60, $"{pair}"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(27)]
    [InlineData(200)]
    [InlineData(4096)]
    public void Rows_OfAnyNumber_AreInOrderAndTheirLabelsApart(int count)
    {
        var rows = new TimelineRows(count, 46);
        var labelled = Enumerable.Range(0, count).Where(rows.IsLabelled).Select(rows.Middle).ToList();

        Assert.True(rows.IsLabelled(count - 1));
        Assert.All(labelled.Zip(labelled.Skip(1)), p => Assert.True(p.Second - p.First >= TimelineRows.LabelHeight));
        Assert.True(rows.Bar <= rows.Height);
        Assert.InRange(rows.Middle(count - 1) + (rows.Bar / 2), 46, rows.Bottom);
    }

    [Fact]
    public void Drawing_OfDatesThatNeverCome_ShowsTheRest()
    {
        var keys = Samples.All["one-key"]().Rotation!.Keys;
        var drawing = new TimelineDrawing(keys, DateTime.MaxValue, Samples.Now);

        Assert.True(drawing.Scale.To < Samples.Now.AddDays(2));
    }
}
