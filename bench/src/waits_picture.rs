//! The picture of the chapter on waiting: requests and lateness against the number of waits.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Result;
use crate::waits::{Hour, Waits};

const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(60, 60, 60);
const BY_TURNS: RGBColor = RGBColor(0, 104, 74);
const EACH_FOR_ITSELF: RGBColor = RGBColor(120, 150, 180);
const REFUSED: RGBColor = RGBColor(200, 90, 60);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A line of the picture.
struct Curve {
    label: &'static str,
    color: RGBColor,
    is_paced: bool,
    value: fn(&Hour) -> f64,
}

pub fn draw(waits: &Waits, file: &Path) -> Result<()> {
    let area = SVGBackend::new(file, (960, 360)).into_drawing_area();
    area.fill(&WHITE)?;
    let (requests, lateness) = area.split_horizontally(480);
    let requests_of: fn(&Hour) -> f64 = |hour| hour.requests as f64 / 1e3;
    let refused_of: fn(&Hour) -> f64 = |hour| hour.refused as f64 / 1e3;
    let curves = [
        Curve {
            label: "each for itself",
            color: EACH_FOR_ITSELF,
            is_paced: false,
            value: requests_of,
        },
        Curve {
            label: "of them refused",
            color: REFUSED,
            is_paced: false,
            value: refused_of,
        },
        Curve {
            label: "by turns; refused: none",
            color: BY_TURNS,
            is_paced: true,
            value: requests_of,
        },
    ];
    chart(waits, &requests, "thousand requests in an hour", &curves)?;
    let minutes: fn(&Hour) -> f64 = |hour| hour.latest_s / 60.;
    let curves = [
        Curve {
            label: "each for itself",
            color: EACH_FOR_ITSELF,
            is_paced: false,
            value: minutes,
        },
        Curve {
            label: "by turns",
            color: BY_TURNS,
            is_paced: true,
            value: minutes,
        },
    ];
    chart(
        waits,
        &lateness,
        "minutes until the last knows its end",
        &curves,
    )?;
    Ok(area.present()?)
}

fn chart(waits: &Waits, area: &Area, caption: &str, curves: &[Curve]) -> Result<()> {
    let mut highest = 0.;
    let mut most = 0;
    for hour in &waits.hours {
        most = most.max(hour.waits);
        for curve in curves {
            highest = f64::max(highest, (curve.value)(hour));
        }
    }
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .margin_right(24)
        .caption(caption, (FONT, 18).into_font().color(&INK))
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..most as f64, 0.0..highest * 1.1)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(WHITE)
        .x_desc("waits in one project, every 30 seconds")
        .x_label_formatter(&|number| format!("{number:.0}"))
        .y_label_formatter(&|number| format!("{number:.0}"))
        .label_style((FONT, 13).into_font().color(&INK))
        .draw()?;
    for curve in curves {
        let mut points = Vec::new();
        for hour in &waits.hours {
            if hour.is_paced == curve.is_paced {
                points.push((hour.waits as f64, (curve.value)(hour)));
            }
        }
        let style = curve.color.stroke_width(3);
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(curve.label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .label_font((FONT, 12).into_font().color(&INK))
        .background_style(WHITE.mix(0.8))
        .position(SeriesLabelPosition::UpperLeft)
        .draw()?;
    Ok(())
}
