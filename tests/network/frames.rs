//! Frames of HTTP/2 (RFC 9113), written and read by hand: a server that a library helps with does
//! not misbehave.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
const GOAWAY: u8 = 7;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

pub const NO_ERROR: u32 = 0;
pub const INTERNAL_ERROR: u32 = 2;
pub const REFUSED_STREAM: u32 = 7;
pub const HTTP_1_1_REQUIRED: u32 = 13;

pub struct Frame {
    pub kind: u8,
    flags: u8,
    pub stream: u32,
    payload: Vec<u8>,
}

impl Frame {
    fn new(kind: u8, flags: u8, stream: u32, payload: Vec<u8>) -> Self {
        Frame {
            kind,
            flags,
            stream,
            payload,
        }
    }

    pub fn settings() -> Self {
        Frame::new(SETTINGS, 0, 0, Vec::new())
    }

    pub fn go_away(last_stream: u32, reason: u32) -> Self {
        let payload = [last_stream.to_be_bytes(), reason.to_be_bytes()].concat();
        Frame::new(GOAWAY, 0, 0, payload)
    }

    pub fn reset(stream: u32, reason: u32) -> Self {
        Frame::new(RST_STREAM, 0, stream, reason.to_be_bytes().to_vec())
    }

    /// The head of a 200 with JSON.
    pub fn head(stream: u32) -> Self {
        Frame::head_with(stream, 200)
    }

    /// The head of a response with JSON.
    pub fn head_with(stream: u32, status: u16) -> Self {
        // RFC 7541, appendix A: 8 is `:status`, 31 is `content-type`.
        let mut payload = vec![0x08, 3];
        payload.extend_from_slice(status.to_string().as_bytes());
        payload.extend_from_slice(&[0x0f, 0x10]);
        let content_type = b"application/json";
        payload.push(content_type.len() as u8);
        payload.extend_from_slice(content_type);
        Frame::new(HEADERS, END_HEADERS, stream, payload)
    }

    /// A whole body.
    pub fn body(stream: u32, body: &[u8]) -> Self {
        Frame::new(DATA, END_STREAM, stream, body.to_vec())
    }

    /// What answers a frame of housekeeping.
    pub fn acknowledgement(&self) -> Option<Frame> {
        let is_acknowledgement = self.flags & ACK != 0;
        match self.kind {
            SETTINGS if !is_acknowledgement => Some(Frame::new(SETTINGS, ACK, 0, Vec::new())),
            PING if !is_acknowledgement => Some(Frame::new(PING, ACK, 0, self.payload.clone())),
            _ => None,
        }
    }

    pub async fn read(io: &mut (impl AsyncRead + Unpin)) -> io::Result<Frame> {
        let mut head = [0; 9];
        io.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes([head[5] & 0x7f, head[6], head[7], head[8]]);
        let mut payload = vec![0; length as usize];
        io.read_exact(&mut payload).await?;
        Ok(Frame::new(head[3], head[4], stream, payload))
    }

    pub async fn write(&self, io: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        let length = (self.payload.len() as u32).to_be_bytes();
        let stream = self.stream.to_be_bytes();
        let mut bytes = vec![length[1], length[2], length[3], self.kind, self.flags];
        bytes.extend_from_slice(&stream);
        bytes.extend_from_slice(&self.payload);
        io.write_all(&bytes).await
    }
}

/// Reads what every client begins with.
pub async fn read_preface(io: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut preface = [0; PREFACE.len()];
    io.read_exact(&mut preface).await?;
    assert_eq!(preface, PREFACE, "a client that does not begin with HTTP/2");
    Ok(())
}
