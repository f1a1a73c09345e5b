//! A reader of the stream.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{PATIENCE, Request, Server};

/// A stream of server-sent events that is being read.
pub struct Events {
    socket: TcpStream,
    text: String,
    /// The cursor of the client: the last `id:` that was seen.
    pub last_id: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub name: String,
    pub data: Value,
}

impl Events {
    pub async fn open(server: &Server, topics: &str, last_id: Option<&str>) -> Self {
        let path = format!("/api/v1/stream?topics={topics}");
        let mut request = Request::new("GET", &path);
        if let Some(id) = last_id {
            request = request.header("Last-Event-ID", id);
        }
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(&request.bytes(server.address)).await.unwrap();
        let mut events = Self { socket, text: String::new(), last_id: String::new() };
        while !events.text.contains("\r\n\r\n") {
            assert!(events.read().await, "the stream ended early");
        }
        let head = events.text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        events.text = events.text[head.len() + 4..].to_owned();
        events
    }

    async fn read(&mut self) -> bool {
        let mut buffer = vec![0; 16 * 1024];
        let read = tokio::time::timeout(PATIENCE, self.socket.read(&mut buffer));
        let count = read.await.expect("nothing comes over the stream").unwrap();
        self.text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        count > 0
    }

    /// The next block, or `None` when the stream has ended. Remembers its id.
    async fn block(&mut self) -> Option<Option<Event>> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block = self.text[..end].to_owned();
                self.text.drain(..end + 2);
                return Some(self.event(&block));
            }
            if !self.read().await {
                return None;
            }
        }
    }

    /// The next event, or `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.block().await? {
                return Some(event);
            }
        }
    }

    /// The events of the present state. It ends with the first cursor from which the stream can go on.
    pub async fn present(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while matches!(self.last_id.as_str(), "" | "0-0") {
            events.extend(self.block().await.expect("the stream ended early"));
        }
        events
    }

    /// The next block with a comment; its comment.
    pub async fn comment(&mut self) -> String {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block = self.text[..end].to_owned();
                self.text.drain(..end + 2);
                self.event(&block);
                if let Some(comment) = block.lines().find(|line| line.starts_with(':')) {
                    return comment.to_owned();
                }
            }
            assert!(self.read().await, "the stream ended early");
        }
    }

    /// Blocks may have the sizes of chunks around them: lines that are no field.
    fn event(&mut self, block: &str) -> Option<Event> {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
        if let Some(id) = field("id: ") {
            id.clone_into(&mut self.last_id);
        }
        let data = serde_json::from_str(field("data: ")?).unwrap();
        Some(Event { name: field("event: ")?.to_owned(), data })
    }

    /// Skips events until `wanted` holds.
    pub async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next().await.expect("the stream ended early");
            if wanted(&event) {
                return event;
            }
        }
    }
}
