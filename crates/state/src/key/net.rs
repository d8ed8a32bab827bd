//! Addresses: their octets, the older kind first.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use forebay_store::{Error, Result};

use super::{Key, KeyBytes, KeyReader, Place, Shape};

/// Say which of the two kinds follows.
const V4: u8 = 4;
const V6: u8 = 6;

macro_rules! octets {
    ($($type:ident $name:literal $count:literal),*) => {$(
        impl Key for $type {
            type Tail = ();
            const SHAPE: Shape = Shape::Named { name: $name };

            fn encode(&self, _: Place, out: &mut KeyBytes) {
                out.extend(&self.octets());
            }

            fn decode(bytes: &mut KeyReader<'_>, _: Place) -> Result<Self> {
                bytes.array::<$count>().map(Self::from)
            }
        }
    )*};
}

octets!(Ipv4Addr "ipv4" 4, Ipv6Addr "ipv6" 16);

macro_rules! either {
    ($($type:ident $name:literal),*) => {$(
        impl Key for $type {
            type Tail = ();
            const SHAPE: Shape = Shape::Named { name: $name };

            fn encode(&self, place: Place, out: &mut KeyBytes) {
                match self {
                    Self::V4(address) => {
                        out.push(V4);
                        address.encode(place, out);
                    }
                    Self::V6(address) => {
                        out.push(V6);
                        address.encode(place, out);
                    }
                }
            }

            fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
                match bytes.byte()? {
                    V4 => Key::decode(bytes, place).map(Self::V4),
                    V6 => Key::decode(bytes, place).map(Self::V6),
                    other => Err(Error::corrupt(format!("{other:#04x} for an address in a key"))),
                }
            }
        }
    )*};
}

either!(IpAddr "ip", SocketAddr "socket");

impl Key for SocketAddrV4 {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "socketv4" };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        (*self.ip(), self.port()).encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let (ip, port) = Key::decode(bytes, place)?;
        Ok(Self::new(ip, port))
    }
}

impl Key for SocketAddrV6 {
    type Tail = ();
    const SHAPE: Shape = Shape::Named { name: "socketv6" };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        (*self.ip(), self.port(), self.flowinfo(), self.scope_id()).encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let (ip, port, flow, scope) = Key::decode(bytes, place)?;
        Ok(Self::new(ip, port, flow, scope))
    }
}
