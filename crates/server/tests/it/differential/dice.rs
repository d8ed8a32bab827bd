//! Commands at random: a seed is a sequence.

/// A small generator: a seed is a sequence.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("less than sides")
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }

    fn key(&mut self) -> Vec<u8> {
        let keys: [&[u8]; 6] = [b"a", b"b", b"c", b"", b"\0\xff\r\n", b"a longer key"];
        keys[self.roll(keys.len())].to_vec()
    }

    fn value(&mut self) -> Vec<u8> {
        let values: [&[u8]; 14] = [
            b"0",
            b"1",
            b"-7",
            b"41",
            b"9223372036854775807",
            b"-9223372036854775808",
            b"9223372036854775808",
            b"007",
            b"+1",
            b"1.5",
            b"",
            b"text",
            b"\0\r\n\xff",
            b" 1",
        ];
        values[self.roll(values.len())].to_vec()
    }

    /// A moment far ahead in `unit`s, or something that is none.
    fn moment(&mut self, millis: bool) -> Vec<u8> {
        let far = 33_000_000_000_u64 + self.roll(100) as u64;
        match self.roll(10) {
            0 => self.value(),
            _ if millis => (far * 1000 + self.roll(1000) as u64).to_string().into_bytes(),
            _ => far.to_string().into_bytes(),
        }
    }

    pub(super) fn command(&mut self) -> Vec<Vec<u8>> {
        let mut command = match self.roll(27) {
            0..=3 => self.set(),
            4 => self.keyed(&["GET", "GET", "STRLEN", "TYPE", "GETDEL", "PERSIST"], 0),
            5 => self.keyed(&["INCR", "DECR"], 0),
            6 => self.keyed(&["INCRBY", "DECRBY", "APPEND", "GETSET", "SETNX"], 1),
            7 => self.keyed(&["EXPIRETIME", "PEXPIRETIME"], 0),
            8 | 9 => self.expire(),
            10 | 11 => self.many(&["DEL", "UNLINK", "EXISTS", "TOUCH", "MGET"]),
            12 => self.mset(),
            13 => self.keyed(&["GET"], 0),
            14 => words(
                self.pick(&["PING", "DBSIZE", "SELECT 0", "SELECT 1", "SELECT x", "FLUSHALL"]),
            ),
            15 => vec![b"ECHO".to_vec(), self.value()],
            16 => self.keyed(&["SETEX", "PSETEX"], 2),
            20 => self.keyed(&["GETRANGE", "SUBSTR", "SETRANGE"], 2),
            21 => self.keyed(&["GETBIT"], 1),
            22 => self.keyed(&["SETBIT"], 2),
            23 => self.getex(),
            24 => self.float(),
            25 => self.transfer(),
            26 => self.about(),
            17 => vec![self.value(), self.value(), self.key()],
            _ => self.keyed(&["GET", "STRLEN"], 0),
        };
        // Now and then something is missing or too much.
        match self.roll(25) {
            0 if command.len() > 1 => drop(command.pop()),
            1 => command.push(self.value()),
            _ => {}
        }
        command
    }

    fn keyed(&mut self, names: &[&str], values: usize) -> Vec<Vec<u8>> {
        let mut command = vec![self.pick(names).into(), self.key()];
        command.extend((0..values).map(|_| self.value()));
        if command[0].ends_with(b"SETEX") && command[2] != b"0" && command[2] != b"" {
            // A time from now would differ by the time between the two servers.
            command[2] = b"-1".to_vec();
        }
        command
    }

    fn set(&mut self) -> Vec<Vec<u8>> {
        let mut command = vec![b"SET".to_vec(), self.key(), self.value()];
        for _ in 0..self.roll(3) {
            let option = self.pick(&["NX", "xx", "GET", "KEEPTTL", "EXAT", "PXAT", "NOPE"]);
            command.push(option.into());
            if option.ends_with("AT") {
                command.push(self.moment(option == "PXAT"));
            }
        }
        // A moment that has passed is a matter of when Redis looks.
        let past: [&[u8]; 2] = [b"1", b"41"];
        command.retain(|part| !past.contains(&part.as_slice()) || part == b"EXAT");
        if command.len() < 3 { words("SET a v") } else { command }
    }

    fn expire(&mut self) -> Vec<Vec<u8>> {
        let name = self.pick(&["EXPIREAT", "PEXPIREAT", "expireat"]);
        let moment = self.moment(name == "PEXPIREAT");
        let mut command = vec![name.into(), self.key(), moment];
        for _ in 0..self.roll(3) {
            command.push(self.pick(&["NX", "XX", "GT", "lt", "NOPE"]).into());
        }
        command
    }

    fn getex(&mut self) -> Vec<Vec<u8>> {
        let mut command = vec![b"GETEX".to_vec(), self.key()];
        for _ in 0..self.roll(3) {
            let option = self.pick(&["PERSIST", "EXAT", "pxat", "KEEPTTL", "GET"]);
            command.push(option.into());
            if option.ends_with("AT") || option.ends_with("at") {
                command.push(self.moment(option == "pxat"));
            }
        }
        command
    }

    /// Sums that Redis, too, has exactly.
    fn float(&mut self) -> Vec<Vec<u8>> {
        let amounts = ["1.5", "-0.25", "3", "1e2", "x", ".5", "-1.25e1", "inf", "1 ", "5.", "+2"];
        let key = self.pick(&["f", "f", "f", "b"]);
        if key == "b" {
            return words("INCRBYFLOAT none x");
        }
        vec![b"INCRBYFLOAT".to_vec(), key.into(), self.pick(&amounts).into()]
    }

    fn transfer(&mut self) -> Vec<Vec<u8>> {
        let name = self.pick(&["COPY", "COPY", "RENAME", "RENAMENX"]);
        let mut command = vec![name.into(), self.key(), self.key()];
        if name == "COPY" {
            for _ in 0..self.roll(3) {
                let option =
                    self.pick(&["REPLACE", "replace", "DB 0", "DB 1", "DB x", "DB", "NOPE"]);
                command.extend(words(option));
            }
        }
        command
    }

    fn about(&mut self) -> Vec<Vec<u8>> {
        let command = ["OBJECT FREQ", "OBJECT ENCODING none", "KEYS none*", "OBJECT IDLETIME none"];
        let mut command = words(self.pick(&command));
        if command.len() == 2 && command[0] == b"OBJECT" {
            command.push(self.key());
        }
        command
    }

    fn many(&mut self, names: &[&str]) -> Vec<Vec<u8>> {
        let mut command = vec![self.pick(names).into()];
        command.extend((0..=self.roll(4)).map(|_| self.key()));
        command
    }

    /// What begins, ends or goes with a transaction, or a command in one.
    pub(super) fn transaction(&mut self) -> Vec<Vec<u8>> {
        // What concerns all keys is not for transactions here.
        let elsewhere: [&[u8]; 3] = [b"DBSIZE", b"FLUSHALL", b"KEYS"];
        match self.roll(14) {
            0 | 1 => words("MULTI"),
            2 | 3 => words("EXEC"),
            4 => words(self.pick(&["DISCARD", "UNWATCH", "MULTI x", "EXEC x", "WATCH"])),
            5 => self.many(&["WATCH"]),
            _ => loop {
                let command = self.command();
                if !elsewhere.contains(&command[0].as_slice()) {
                    break command;
                }
            },
        }
    }

    fn mset(&mut self) -> Vec<Vec<u8>> {
        let mut command = vec![self.pick(&["MSET", "MSETNX"]).into()];
        for _ in 0..=self.roll(3) {
            command.extend([self.key(), self.value()]);
        }
        command
    }
}

/// The parts of a command.
pub(super) fn words(command: &str) -> Vec<Vec<u8>> {
    command.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}
