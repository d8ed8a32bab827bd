//! Where clients come in.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::row::{row, secret};
use crate::config::{Config, Kind, Secret, Setting};

pub(super) const LISTENING: &[Setting] = &[
    row(
        "listen",
        "127.0.0.1:6380",
        Kind::Text {
            takes: "an IP address and port, or `none`",
            limit: "a loopback address, unless there is a password",
            set: listen,
        },
        "The TCP address to listen on. Port 0 lets the system choose; the address is printed at the start. \
         The connection is not encrypted, and neither is the password on it: see `tls-listen`.",
    ),
    row(
        "tls-listen",
        "",
        Kind::Text {
            takes: "an IP address and port",
            limit: "a loopback address, unless there is a password or `tls-ca`",
            set: tls_listen,
        },
        "The TCP address to listen on for clients that speak TLS, 1.2 or 1.3, besides `listen`; with `listen none`, instead \
         of it. It needs `tls-cert` and `tls-key`. Port 0 lets the system choose; the address is printed at the start.",
    ),
    row(
        "tls-cert",
        "",
        Kind::Text {
            takes: "a path",
            limit: "a PEM file of at most 1 MiB",
            set: |config, path| set_path(&mut config.tls_cert, path),
        },
        "The certificate that is shown to clients over TLS, and behind it those that lead to one they trust. It is read at \
         the start.",
    ),
    row(
        "tls-key",
        "",
        Kind::Text {
            takes: "a path",
            limit: "a PEM file of at most 1 MiB",
            set: |config, path| set_path(&mut config.tls_key, path),
        },
        "The private key of `tls-cert`.",
    ),
    row(
        "tls-ca",
        "",
        Kind::Text {
            takes: "a path",
            limit: "a PEM file of at most 1 MiB",
            set: |config, path| set_path(&mut config.tls_ca, path),
        },
        "Certificates of authorities. With it only clients come in over TLS that show a certificate of one of them.",
    ),
    row(
        "socket",
        "",
        Kind::Text {
            takes: "a path",
            limit: "as long as the system allows, about 100 bytes",
            set: |config, path| set_path(&mut config.socket, path),
        },
        "A Unix socket to listen on, too. A socket that a dead process left there is replaced.",
    ),
    row(
        "socket-mode",
        "600",
        Kind::Text { takes: "an octal number", limit: "0 to 777", set: socket_mode },
        "The permissions of the Unix socket.",
    ),
    row(
        "metrics",
        "",
        Kind::Text { takes: "an IP address and port", limit: "none", set: metrics },
        "Where Prometheus finds the server in numbers, over HTTP at `/metrics`. There is no password on it, and no key or \
         value in it. Port 0 lets the system choose; the address is printed at the start.",
    ),
    secret(
        "password",
        Kind::Text { takes: "a text", limit: "1 to 512 bytes", set: password },
        "What a client must give with `AUTH` or `HELLO`. Flags are seen by everybody on the machine, so prefer \
         `password-file` or the environment.",
    ),
    row(
        "password-file",
        "",
        Kind::Text {
            takes: "a path",
            limit: "a file of at most 1 MiB; line ends at its end are not part of the password",
            set: |config, path| set_path(&mut config.password_file, path),
        },
        "A file that holds the password.",
    ),
];

fn listen(config: &mut Config, text: &str) -> Result<(), String> {
    config.listen = match text {
        "none" => None,
        address => Some(address.parse::<SocketAddr>().map_err(
            |_| "not an IP address and a port, as in 127.0.0.1:6380 or [::1]:6380; nor none",
        )?),
    };
    Ok(())
}

fn tls_listen(config: &mut Config, text: &str) -> Result<(), String> {
    let address = text.parse::<SocketAddr>();
    config.tls_listen =
        Some(address.map_err(|_| "not an IP address and a port, as in 0.0.0.0:6390")?);
    Ok(())
}

fn metrics(config: &mut Config, text: &str) -> Result<(), String> {
    let address = text.parse::<SocketAddr>();
    config.metrics =
        Some(address.map_err(|_| "not an IP address and a port, as in 127.0.0.1:9121")?);
    Ok(())
}

fn set_path(place: &mut Option<PathBuf>, path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("an empty path".into());
    }
    *place = Some(PathBuf::from(path));
    Ok(())
}

fn socket_mode(config: &mut Config, text: &str) -> Result<(), String> {
    let is_octal = text.len() <= 4 && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let mode = u32::from_str_radix(text, 8).ok().filter(|mode| is_octal && *mode <= 0o777);
    config.socket_mode = mode.ok_or("not an octal number from 0 to 777, as in 660")?;
    Ok(())
}

fn password(config: &mut Config, text: &str) -> Result<(), String> {
    if text.is_empty() || text.len() > 512 {
        return Err("must have 1 to 512 bytes".into());
    }
    config.password = Some(Secret::new(text));
    Ok(())
}
