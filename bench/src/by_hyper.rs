//! The call with nothing but hyper, on connections that were opened before: the floor, below which
//! no client gets that sends these requests and decodes these answers. One connection for HTTP/2,
//! one for each call in flight for HTTP/1.1.

use std::sync::Mutex;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::header::{ACCEPT, AUTHORIZATION, HOST, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Request, Response, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::authorization::{Authorization, path};
use crate::hand::CloudBackupRestoreJob;
use crate::server::JOB;
use crate::{Result, tls};

pub struct ByHyper {
    base_url: Uri,
    connections: Connections,
    pub authorization: Authorization,
}

enum Connections {
    Plain(Mutex<Vec<http1::SendRequest<Empty<Bytes>>>>),
    Tls(http2::SendRequest<Empty<Bytes>>),
}

impl ByHyper {
    pub async fn new(base_url: &str, key: bool) -> Result<Self> {
        let base_url: Uri = base_url.parse()?;
        let host = base_url.authority().ok_or("no host")?.as_str();
        let connections = if base_url.scheme_str() == Some("https") {
            let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(tls::config()?));
            let name = rustls::pki_types::ServerName::try_from("127.0.0.1")?;
            let stream = TcpStream::connect(host).await?;
            stream.set_nodelay(true)?;
            let stream = TokioIo::new(connector.connect(name, stream).await?);
            let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
            tokio::spawn(connection);
            Connections::Tls(sender)
        } else {
            Connections::Plain(Mutex::default())
        };
        let mut new = Self {
            base_url,
            connections,
            authorization: Authorization::token(),
        };
        if key {
            let refused = new.send(None).await?;
            let challenge = refused
                .headers()
                .get(WWW_AUTHENTICATE)
                .ok_or("no challenge")?
                .to_str()?
                .to_owned();
            new.authorization = Authorization::key(&challenge)?;
        }
        Ok(new)
    }

    pub async fn call(&self) -> Result<CloudBackupRestoreJob> {
        let authorization = match &self.authorization {
            Authorization::Token(token) => HeaderValue::try_from(format!("Bearer {token}"))?,
            Authorization::Key(answers) => answers.take()?,
        };
        let response = self.send(Some(authorization)).await?;
        let body = response.into_body().collect().await?.to_bytes();
        let value: CloudBackupRestoreJob = serde_json::from_slice(&body)?;
        if value.id.as_deref() == Some(JOB) {
            Ok(value)
        } else {
            Err("another job".into())
        }
    }

    async fn send(&self, authorization: Option<HeaderValue>) -> Result<Response<Incoming>> {
        let host = self.base_url.authority().ok_or("no host")?.as_str();
        let request = Request::get(match &self.connections {
            Connections::Plain(_) => path(),
            Connections::Tls(_) => format!("https://{host}{}", path()),
        });
        let request = request.header(ACCEPT, "application/vnd.atlas.2023-01-01+json");
        let request = authorization.into_iter().fold(request, |request, value| {
            request.header(AUTHORIZATION, value)
        });
        let idle = match &self.connections {
            Connections::Tls(sender) => {
                return Ok(sender
                    .clone()
                    .send_request(request.body(Empty::new())?)
                    .await?);
            }
            Connections::Plain(idle) => idle,
        };
        let kept = idle.lock().map_err(|_| "a client failed")?.pop();
        let mut sender = match kept {
            Some(sender) => sender,
            None => {
                let stream = TcpStream::connect(host).await?;
                stream.set_nodelay(true)?;
                let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
                tokio::spawn(connection);
                sender
            }
        };
        sender.ready().await?;
        let response = sender
            .send_request(request.header(HOST, host).body(Empty::new())?)
            .await?;
        idle.lock().map_err(|_| "a client failed")?.push(sender);
        Ok(response)
    }
}
