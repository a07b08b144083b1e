//! What strangers bring, without logging in: the signed message, as another server would pass it on, and two that pretend
//! to be from somebody else. The DNS of the demonstration is a zone in memory.

use std::error::Error;
use std::sync::Arc;

use mail_auth_spf_dkim::crypto::{NewKey, Provider as _, SigningKey, rustcrypto};
use mail_auth_spf_dkim::dkim::KeyRecord;
use mail_auth_spf_dkim::dns::{Name, Records, Zone};
use mail_tokio::{Security, TlsClient, smtp};
use smtp_proto::reply::Reply;
use smtp_proto::{Body, Mailbox};

use super::{Place, check, show, step};
use crate::maildir::Maildir;

/// The name of the office's key.
pub(super) fn selector() -> Name {
    Name::parse("demo").expect("a name")
}

/// A key, and what the DNS says of it. The office's domain wants everything refused that is not from its own servers;
/// the other domain only wants to know.
pub(super) fn key_and_zone() -> Result<(Arc<dyn SigningKey>, Zone), Box<dyn Error>> {
    let private = rustcrypto::PROVIDER.generate(NewKey::Ed25519)?;
    let key: Arc<dyn SigningKey> = Arc::from(rustcrypto::PROVIDER.signing_key(&private)?);
    let zone = Zone::new()
        .with(
            Name::parse("demo._domainkey.office.example")?,
            Records::text(KeyRecord::new(key.public_key()).to_string()),
        )
        .with(Name::parse("office.example")?, Records::text("v=spf1 -all"))
        .with(Name::parse("_dmarc.office.example")?, Records::text("v=DMARC1; p=reject"))
        .with(Name::parse("partner.example")?, Records::text("v=spf1 ip4:192.0.2.0/24 -all"))
        .with(Name::parse("_dmarc.partner.example")?, Records::text("v=DMARC1; p=none"));
    Ok((key, zone))
}

/// Three messages for bob.
pub(super) async fn come(port: u16, trust: &TlsClient, place: &Place, signed: &[u8]) -> Result<(), Box<dyn Error>> {
    bring(port, trust, "alice@office.example", signed).await?.map_err(|reply| reply.to_string())?;
    let results = results_of_newest(place, 1).await?;
    check(
        results.contains("dkim=pass") && results.contains("dmarc=pass"),
        "the signature holds behind another server",
    )?;
    step("verify", "the signed message, brought by a stranger: the signature speaks for it");
    show(&results);

    let forged = "Authentication-Results: localhost; spf=pass smtp.mailfrom=partner.example; dmarc=pass\r\n\
                  From: Carol <carol@partner.example>\r\nTo: Bob <bob@office.example>\r\nSubject: trust me\r\n\r\nHello!\r\n";
    bring(port, trust, "carol@partner.example", forged.as_bytes()).await?.map_err(|reply| reply.to_string())?;
    let results = results_of_newest(place, 2).await?;
    check(results.contains("spf=fail") && results.contains("dmarc=fail"), "what is forged fails")?;
    step("mark", "a forged message: its own claim to have passed is cut, and it is marked as what it is");
    show(&results);

    let forged =
        "From: Alice <alice@office.example>\r\nTo: Bob <bob@office.example>\r\nSubject: pay this\r\n\r\nNow!\r\n";
    let Err(refusal) = bring(port, trust, "alice@office.example", forged.as_bytes()).await? else {
        return Err("a message in the office's own name was taken from a stranger".into());
    };
    check(refusal == Reply::REFUSED_BY_POLICY, "it is refused by policy")?;
    step("refuse", format_args!("one in the office's own name, as its domain wants: {refusal}"));
    Ok(())
}

/// Sends a message to bob, and tells the server's last word on it.
async fn bring(
    port: u16,
    trust: &TlsClient,
    from: &str,
    message: &[u8],
) -> Result<Result<Reply, Reply>, Box<dyn Error>> {
    let mut envelope = smtp::Envelope::new(from.parse::<Mailbox<'_>>()?);
    envelope.recipient("bob@office.example".parse::<Mailbox<'_>>()?);
    envelope.body = Some(Body::EightBitMime);
    let mut options = smtp::Options::default();
    options.security = Security::StartTls(trust.clone());
    let mut client = smtp::Client::connect("localhost", port, options).await?;
    let sent = client.send(&envelope, message).await?;
    client.quit().await?;
    let bob = sent.recipients.into_iter().next().ok_or("nobody was sent to")?;
    Ok(bob.result)
}

/// The results that the newest of bob's messages carries, which has none but those of the office.
async fn results_of_newest(place: &Place, messages: usize) -> Result<String, Box<dyn Error>> {
    let stored = Maildir::open(place.0.join("bob")).await?.list().await?;
    check(stored.len() == messages, "the message lies in bob's Maildir")?;
    let newest = stored.last().ok_or("bob has no message")?;
    let message = String::from_utf8(tokio::fs::read(&newest.path).await?)?;
    let mut fields = message.split_inclusive("Authentication-Results: ").skip(1);
    let (Some(results), None) = (fields.next(), fields.next()) else {
        return Err("the message carries other results than the office's".into());
    };
    let end = results.find("\r\nReceived: ").ok_or("the results stand in front of the trace")?;
    Ok(format!("Authentication-Results: {}", &results[..end]))
}
