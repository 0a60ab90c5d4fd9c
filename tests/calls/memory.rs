//! How much memory a body takes at most, whatever is in it. Linux only, since the peak is read from
//! the kernel; each body in a process of its own, since memory that was freed is not given back.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use crate::support::{builder, job};

const MIB: usize = 1 << 20;

/// The body, which is made of as many of these as it takes to fill 8 MiB.
#[derive(Clone, Copy, Debug)]
struct Shape {
    name: &'static str,
    status: u16,
    beginning: &'static str,
    item: &'static str,
    end: &'static str,
}

const fn shape(
    name: &'static str,
    status: u16,
    beginning: &'static str,
    item: &'static str,
    end: &'static str,
) -> Shape {
    Shape {
        name,
        status,
        beginning,
        item,
        end,
    }
}

const SHAPES: [Shape; 10] = [
    shape("error of numbers", 500, r#"{"parameters":[1"#, ",1", "]}"),
    shape("error of objects", 500, r#"{"parameters":[{}"#, ",{}", "]}"),
    shape("error page", 502, "<html>", "<p>", ""),
    shape("text", 200, r#"{"id":""#, "x", r#""}"#),
    shape(
        "texts",
        200,
        r#"{"deliveryUrl":[""#,
        r#"","          "#,
        r#""]}"#,
    ),
    shape("known objects", 200, r#"{"components":[{}"#, ",{}", "]}"),
    shape("empty arrays", 200, r#"{"odd":[{}"#, ",[]", "]}"),
    shape("arrays", 200, r#"{"odd":[{}"#, ",[1]          ", "]}"),
    shape("many objects", 200, r#"{"odd":[{}"#, r#",{"":{}}"#, "]}"),
    shape("objects", 200, r#"{"odd":[{}"#, OBJECT, "]}"),
];

/// With so much around it that as many as there is room for are accepted.
const OBJECT: &str = r#",{"a":{}, "text": "a text that takes up some room beside the other"}"#;

fn body(shape: Shape) -> Vec<u8> {
    let mut body = shape.beginning.as_bytes().to_vec();
    while body.len() + shape.item.len() + shape.end.len() <= 8 * MIB {
        body.extend_from_slice(shape.item.as_bytes());
    }
    body.extend_from_slice(shape.end.as_bytes());
    body
}

/// Serves the body once, from memory that is there already.
fn serve(listener: TcpListener, status: u16, body: Vec<u8>) {
    let (mut stream, _) = listener.accept().unwrap();
    read_request(&stream);
    let length = body.len();
    let head = format!("HTTP/1.1 {status} -\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    // The client may have had enough.
    let _ = stream.write_all(&body);
}

fn read_request(stream: &TcpStream) {
    for line in BufReader::new(stream).lines() {
        if line.unwrap().is_empty() {
            return;
        }
    }
}

/// In bytes.
fn memory(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.unwrap().trim_matches([':', ' ', '\t', 'k', 'B']);
    kilobytes.parse::<usize>().unwrap() * 1024
}

#[tokio::test]
#[ignore = "what the tests below run in a process of its own"]
async fn read_one_body() {
    let wanted = std::env::var("SHAPE").unwrap();
    let shape = SHAPES.into_iter().find(|shape| shape.name == wanted);
    let shape = shape.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let client = builder(&base_url).build().unwrap();
    let body = body(shape);
    let server = std::thread::spawn(move || serve(listener, shape.status, body));
    // The peak begins anew.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmRSS");
    let result = job(&client).await;
    let peak = memory("VmHWM").saturating_sub(before);
    // The server may have to wait until the connection is closed.
    drop(client);
    let served = tokio::task::spawn_blocking(|| server.join().unwrap());
    served.await.unwrap();
    println!();
    println!("peak: {peak}");
    let text = match result {
        Ok(_) => "read".to_owned(),
        Err(error) => error.to_string(),
    };
    println!("{wanted}: {text}");
}

/// Returns the peak of a call that meets this body, in MiB.
#[track_caller]
fn peak(name: &str) -> usize {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([
        "--ignored",
        "--exact",
        "--nocapture",
        "memory::read_one_body",
    ]);
    let output = child.env("SHAPE", name).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let peak = text.lines().find_map(|line| line.strip_prefix("peak: "));
    let peak = peak.unwrap_or_else(|| panic!("{name}: {text}"));
    peak.parse::<usize>().unwrap() / MIB
}

/// The peaks of all bodies of this kind are at most this many MiB.
#[track_caller]
fn assert_peaks(is_success: bool, most: usize) {
    for shape in SHAPES {
        if (shape.status == 200) == is_success {
            let peak = peak(shape.name);
            println!("{}: {peak} MiB", shape.name);
            assert!(peak <= most, "{}: {peak} MiB", shape.name);
        }
    }
}

#[test]
fn an_error_takes_less_than_its_length_however_long_it_is() {
    assert_peaks(false, 8);
}

/// The chapter on limits has this number.
#[test]
fn a_success_takes_no_more_than_the_limit_for_its_values() {
    assert_peaks(true, 256);
}
