//! An authenticator app, which is given the secret of a device in a URI or as text.

use totp_rs::{Algorithm, Builder, Totp};

/// The number of seconds for which a device shows a code.
const STEP: u64 = 30;

/// An app with the secret of one device.
pub struct App {
    totp: Totp,
    next: u64,
}

impl App {
    /// Scans a URI of the form `otpauth://totp/LABEL?secret=…`.
    ///
    /// # Panics
    ///
    /// If it is not one.
    pub fn scan(uri: &str) -> Self {
        let query = uri.strip_prefix("otpauth://totp/").and_then(|rest| rest.split_once('?')).expect("a URI").1;
        let secret = query.split('&').find_map(|part| part.strip_prefix("secret=")).expect("a secret");
        Self::with_secret(secret)
    }

    /// Begins with the code of the last step, so that the next ones can be used without waiting for them.
    pub fn with_secret(secret: &str) -> Self {
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(STEP);
        let totp = builder.with_secret(decoded(secret)).build().expect("a secret is long enough");
        let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
        Self { totp, next: now / STEP - 1 }
    }

    /// Shows the next code.
    pub fn code(&mut self) -> String {
        self.next += 1;
        self.totp.generate((self.next - 1) * STEP).to_string()
    }
}

/// Decodes base32 (RFC 4648, 6).
pub fn decoded(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => panic!("not base32"),
        };
        (bits, count) = (bits << 5 | u32::from(value), count + 5);
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).unwrap_or_default());
        }
    }
    bytes
}
