//! The picture for the chapter on costs: CPU of a call by each client, and calls per CPU second
//! against calls in flight.

use std::ops::Range;
use std::path::Path;

use plotters::prelude::*;

use crate::Result;
use crate::chart::{Area, Chart, FONT, INK};
use crate::client::Kind;
use crate::report::{Report, name, shown, title};

fn color(kind: Kind) -> RGBColor {
    match kind {
        Kind::Crate => RGBColor(0, 104, 74),
        Kind::Reqwest => RGBColor(120, 150, 180),
        Kind::Hyper => RGBColor(205, 205, 205),
    }
}

pub fn draw(report: &Report, file: &Path) -> Result<()> {
    let area = SVGBackend::new(file, (960, 760)).into_drawing_area();
    area.fill(&WHITE)?;
    let (bars, curves) = area.split_vertically(420);
    if !report.calls.is_empty() {
        draw_bars(report, &bars)?;
    }
    if !report.scale.is_empty() {
        draw_curves(report, &curves)?;
    }
    Ok(area.present()?)
}

fn text(area: &Area, place: (i32, i32), size: u32, color: RGBColor, text: &str) -> Result<()> {
    Ok(area.draw(&Text::new(
        text.to_owned(),
        place,
        (FONT, size).into_font().color(&color),
    ))?)
}

fn bar(area: &Area, from: (i32, i32), to: (i32, i32), color: RGBColor) -> Result<()> {
    Ok(area.draw(&Rectangle::new([from, to], color.filled()))?)
}

/// Drawn by hand: plotters has no groups of bars.
fn draw_bars(report: &Report, area: &Area) -> Result<()> {
    text(
        area,
        (20, 14),
        18,
        INK,
        "CPU of a call on the client's side, microseconds",
    )?;
    for (index, kind) in [Kind::Crate, Kind::Reqwest, Kind::Hyper]
        .into_iter()
        .enumerate()
    {
        let left = 480 + 150 * index as i32;
        bar(area, (left, 17), (left + 12, 29), color(kind))?;
        text(area, (left + 18, 15), 15, INK, name(kind))?;
    }
    let all = report.calls.iter().flat_map(|scenario| &scenario.clients);
    let longest = all.map(|it| it.cpu_us).fold(1., f64::max);
    for (group, scenario) in report.calls.iter().enumerate() {
        let top = 50 + 46 * group as i32;
        text(area, (20, top + 10), 15, INK, &title(scenario))?;
        for (index, it) in scenario.clients.iter().enumerate() {
            let (top, length) = (top + 13 * index as i32, (it.cpu_us / longest * 600.) as i32);
            bar(area, (250, top), (250 + length, top + 11), color(it.kind))?;
            let ratio = if it.kind == Kind::Crate {
                format!(" ({:.2} x)", it.to_reqwest)
            } else {
                String::new()
            };
            text(
                area,
                (256 + length, top - 1),
                13,
                INK,
                &format!("{:.1}{ratio}", it.cpu_us),
            )?;
        }
    }
    Ok(())
}

fn draw_curves(report: &Report, area: &Area) -> Result<()> {
    let points = || report.scale.iter().flat_map(|curve| &curve.points);
    let most = points()
        .map(|it| it.calls_per_cpu_second)
        .fold(1., f64::max);
    let (rates, memory) = area.split_horizontally(480);
    // Labels stand where no curve is.
    let below = SeriesLabelPosition::LowerRight;
    axes(
        report,
        &rates,
        "calls per CPU second",
        0.0..most * 1.1,
        below,
        |point| Some(point.calls_per_cpu_second),
    )?;
    // Shared among a few calls, the memory of a connection says nothing about a call.
    let kilobytes = |point: &crate::scale::Point| {
        (point.in_flight >= 64).then_some(point.memory_per_call / 1e3)
    };
    let most = points().filter_map(kilobytes).fold(1., f64::max);
    axes(
        report,
        &memory,
        "memory of a call in flight, KB",
        0.0..most * 1.1,
        SeriesLabelPosition::MiddleLeft,
        kilobytes,
    )
}

fn axes(
    report: &Report,
    area: &Area,
    caption: &str,
    range: Range<f64>,
    position: SeriesLabelPosition,
    value: impl Fn(&crate::scale::Point) -> Option<f64>,
) -> Result<()> {
    let x_caption = "calls in flight on one client";
    let x = (1.0..10_000.0).log_scale();
    let mut chart = Chart::on(area, caption, x_caption, x, range)?;
    for curve in &report.scale {
        let mut points = Vec::new();
        for point in &curve.points {
            if let Some(y) = value(point) {
                points.push((point.in_flight as f64, y));
            }
        }
        let protocol = shown(curve.protocol);
        let width = if protocol.starts_with("TLS") { 3 } else { 1 };
        let label = format!("{}, {protocol}", name(curve.kind));
        chart.line(&label, color(curve.kind).stroke_width(width), points)?;
    }
    chart.labels(position)
}
