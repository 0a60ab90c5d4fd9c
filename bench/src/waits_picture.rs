//! The picture of the chapter on waiting: requests and lateness against the number of waits.

use std::path::Path;

use plotters::prelude::*;

use crate::Result;
use crate::chart::{Area, Chart};
use crate::waits::{Hour, Waits};

const PACED: RGBColor = RGBColor(0, 104, 74);
const EACH_FOR_ITSELF: RGBColor = RGBColor(120, 150, 180);
const THROTTLED: RGBColor = RGBColor(200, 90, 60);

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
    let throttled_of: fn(&Hour) -> f64 = |hour| hour.refused as f64 / 1e3;
    let curves = [
        Curve {
            label: "each for itself",
            color: EACH_FOR_ITSELF,
            is_paced: false,
            value: requests_of,
        },
        Curve {
            label: "of them throttled",
            color: THROTTLED,
            is_paced: false,
            value: throttled_of,
        },
        Curve {
            label: "paced; throttled: none",
            color: PACED,
            is_paced: true,
            value: requests_of,
        },
    ];
    draw_chart(waits, &requests, "thousand requests in an hour", &curves)?;
    let minutes: fn(&Hour) -> f64 = |hour| hour.latest_s / 60.;
    let curves = [
        Curve {
            label: "each for itself",
            color: EACH_FOR_ITSELF,
            is_paced: false,
            value: minutes,
        },
        Curve {
            label: "paced",
            color: PACED,
            is_paced: true,
            value: minutes,
        },
    ];
    draw_chart(
        waits,
        &lateness,
        "minutes until the slowest wait noticed",
        &curves,
    )?;
    Ok(area.present()?)
}

fn draw_chart(waits: &Waits, area: &Area, caption: &str, curves: &[Curve]) -> Result<()> {
    let mut highest = 0.;
    let mut most = 0;
    for hour in &waits.hours {
        most = most.max(hour.waits);
        for curve in curves {
            highest = f64::max(highest, (curve.value)(hour));
        }
    }
    let x_caption = "waits in one project, every 30 seconds";
    let (x, y) = (0.0..most as f64, 0.0..highest * 1.1);
    let mut chart = Chart::on(area, caption, x_caption, x, y)?;
    for curve in curves {
        let mut points = Vec::new();
        for hour in &waits.hours {
            if hour.is_paced == curve.is_paced {
                points.push((hour.waits as f64, (curve.value)(hour)));
            }
        }
        chart.line(curve.label, curve.color.stroke_width(3), points)?;
    }
    chart.labels(SeriesLabelPosition::UpperLeft)
}
