//! What the charts of all pictures have in common: axes, lines, and what stands beside the lines.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::Result;

pub const FONT: &str = "sans-serif";
pub const INK: RGBColor = RGBColor(60, 60, 60);

pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A chart whose `x` is on a scale of some kind.
pub struct Chart<'a, 'b, X: Ranged>(
    ChartContext<'a, SVGBackend<'b>, Cartesian2d<X, RangedCoordf64>>,
);

impl<'a, 'b: 'a, X> Chart<'a, 'b, X>
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    /// Draws the axes.
    pub fn on(
        area: &'a Area<'b>,
        caption: &str,
        x_caption: &str,
        x: impl AsRangedCoord<CoordDescType = X, Value = f64>,
        y: Range<f64>,
    ) -> Result<Self> {
        let mut chart = ChartBuilder::on(area)
            .margin(14)
            .margin_right(24)
            .caption(caption, (FONT, 18).into_font().color(&INK))
            .x_label_area_size(40)
            .y_label_area_size(56)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(WHITE)
            .x_desc(x_caption)
            .x_label_formatter(&|number| format!("{number:.0}"))
            .y_label_formatter(&|number| format!("{number:.0}"))
            .label_style((FONT, 13).into_font().color(&INK))
            .draw()?;
        Ok(Chart(chart))
    }

    /// Draws a line through these points.
    pub fn line(&mut self, label: &str, style: ShapeStyle, points: Vec<(f64, f64)>) -> Result<()> {
        let series = self.0.draw_series(LineSeries::new(points, style))?;
        series
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        Ok(())
    }

    /// Says which line is which.
    pub fn labels(&mut self, position: SeriesLabelPosition) -> Result<()> {
        self.0
            .configure_series_labels()
            .label_font((FONT, 12).into_font().color(&INK))
            .background_style(WHITE.mix(0.8))
            .position(position)
            .draw()?;
        Ok(())
    }
}
