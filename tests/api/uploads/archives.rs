//! Uploads of one archive.

use serde_json::json;

use super::{GOOD, details, tree};
use crate::harness::Server;

#[tokio::test]
async fn an_archive_alone_stands_for_its_files() {
    let server = Server::start().await;
    let archive = zip(&[
        ("shop/", 0o040_755, b""),
        ("shop/test_x.py", 0o100_644, GOOD),
        ("shop/__pycache__/test_x.pyc", 0o100_644, b"x"),
    ]);
    let answer = server.upload(&[("directory", "from_zip")], &[("shop.zip", &archive)]).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["items"][0]["path"], "from_zip/shop/test_x.py");
    assert_eq!(answer.json()["left_out"], json!(["shop/__pycache__/test_x.pyc"]));
    // Beside a test it is data.
    let files = [("fixture.zip", &archive[..]), ("test_y.py", GOOD)];
    let answer = server.upload(&[("directory", "data")], &files).await;
    assert_eq!(answer.json()["items"][0]["path"], "data/fixture.zip");
    let files = [("a.zip", &archive[..]), ("b.zip", &archive[..])];
    let answer = server.upload(&[("directory", "data")], &files).await;
    assert_eq!((answer.status, answer.mistakes().len()), (422, 2));
    let answer = server.upload(&[("directory", ".")], &[("no.zip", b"PK no")]).await;
    assert!(details(&answer)[0].contains("no zip archive"), "{}", answer.text());
}

#[tokio::test]
async fn an_archive_with_links_devices_or_ways_out_leaves_nothing() {
    let server = Server::start().await;
    let before = tree(&server.tests_root());
    let archive = zip(&[
        ("good.py", 0o100_644, GOOD),
        ("link", 0o120_777, b"/etc/passwd"),
        ("link/passwd", 0o100_644, b"x"),
        ("device", 0o060_644, b""),
        ("../slip.py", 0o100_644, GOOD),
        ("/tmp/slip.py", 0o100_644, GOOD),
    ]);
    let answer = server.upload(&[("directory", ".")], &[("bad.zip", &archive)]).await;
    assert_eq!(answer.status, 422);
    let details = details(&answer);
    assert_eq!(details.len(), 4, "{details:?}");
    for why in ["symbolic link", "device", "leaves", "absolute"] {
        assert!(details.iter().any(|detail| detail.contains(why)), "{why}: {details:?}");
    }
    assert_eq!(tree(&server.tests_root()), before);
}

/// A zip archive without compression, made by hand so that it can say anything.
pub fn zip(files: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (name, mode, content) in files {
        let offset = u32::try_from(bytes.len()).unwrap();
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        // Version, flags, method, time, date, checksum, sizes, lengths of name and extra field: APPNOTE 4.3.7.
        let common = [
            &[20, 0, 0, 8, 0, 0, 0, 0, 33, 0][..],
            &crc(content).to_le_bytes(),
            &size,
            &size,
            &name_length,
            &[0, 0],
        ]
        .concat();
        bytes.extend([b"PK\x03\x04", &common[..], name.as_bytes(), content].concat());
        list.extend(
            [
                &b"PK\x01\x02"[..],
                &[20, 3],
                &common,
                &[0; 6],
                &(mode << 16).to_le_bytes(),
                &offset.to_le_bytes(),
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let place = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let length = u32::try_from(list.len()).unwrap().to_le_bytes();
    bytes.extend(list);
    bytes.extend([&b"PK\x05\x06"[..], &[0; 4], &count, &count, &length, &place, &[0, 0]].concat());
    bytes
}

fn crc(content: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    };
    !content.iter().fold(!0, step)
}
