//! How messages travel: the `[network]` table, with `[[network.links]]` and `[[network.channels]]`.

mod way;

use serde::Serialize;

use super::regions::{NAME, is_name};
use crate::document::{Bounds, Count, Shape, Table, printable};
use crate::engine::network::{Exception, Network, Transport};
use crate::faults::{Ground, Target};
use crate::topologies::Layout;
use way::Base;
pub use way::WayRules;

/// The `[network]` table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NetworkRules {
    /// How messages travel where nothing else is said.
    #[serde(flatten)]
    pub usual: WayRules,
    /// What whoever watches a node makes of a connection that is closed; there if there are connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disconnect: Option<Disconnect>,
    /// How many channels must be trusted for a node to be; there if there are channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alive_if: Option<u32>,
    /// Links with rules of their own. The last that names a link rules it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkRules>,
    /// Ways that every message takes at once, instead of the usual one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelRules>,
}

/// What whoever watches a node makes of a connection that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disconnect {
    /// Nothing: only silence counts.
    Ignored,
    /// The node is suspected at once.
    Suspected,
}

/// A `[[network.links]]` table.
#[derive(Clone, Debug, Serialize)]
pub struct LinkRules {
    from: Target,
    to: Target,
    #[serde(flatten)]
    way: WayRules,
}

/// A `[[network.channels]]` table.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelRules {
    /// What it is called.
    pub name: String,
    /// How messages travel on it.
    #[serde(flatten)]
    pub way: WayRules,
}

impl NetworkRules {
    pub(super) fn read(
        table: &mut Table<'_>,
        ground: &Ground<'_>,
        topology: Option<&Layout>,
    ) -> Option<NetworkRules> {
        let read = WayRules::read(table, &Base::nothing(ground.shelf));
        let usual = read.clone().unwrap_or_default();
        let base =
            Base { usual: &usual, transport_is_known: table.is_right("transport"), shelf: ground.shelf };
        table.bounded("links", Bounds::most(Network::MOST_LINKS as f64));
        let links = table.tables("links", "[[network.links]]", |table| LinkRules::read(table, ground, &base));
        if links.len() > Network::MOST_LINKS {
            let reason = format!("{} tables of links are more than {}", links.len(), Network::MOST_LINKS);
            table.complain("links", reason, "name several nodes in one: from = [\"n1\", \"n5..n9\"]");
        }
        let channels = read_channels(table, &base, topology);
        if !channels.is_empty() && table.has("links") {
            let reason =
                "`channels` and `links` both say how messages travel, and nothing says how the two compose";
            table.complain("channels", reason, "keep one");
        }
        let alive_if = read_alive_if(table, channels.len());
        let disconnect = read_disconnect(table, usual.transport(), !channels.is_empty(), topology);
        Some(NetworkRules { usual: read?, disconnect, alive_if, links, channels })
    }

    /// The rules as the engine knows them.
    pub fn network(&self) -> Network<'_> {
        let links = self.links.iter().map(|link| Exception {
            from: link.from.set().unwrap_or_default().to_vec(),
            to: link.to.set().unwrap_or_default().to_vec(),
            way: link.way.way(),
        });
        Network {
            usual: self.usual.way(),
            links: links.collect(),
            channels: self.channels.iter().map(|channel| channel.way.way()).collect(),
            alive_if: self.alive_if.unwrap_or(1),
            closing_counts: self.closing_counts(),
        }
    }

    /// All ways that a message can take.
    pub fn ways(&self) -> impl Iterator<Item = &WayRules> {
        let usual = self.channels.is_empty().then_some(&self.usual);
        let links = self.links.iter().map(|link| &link.way);
        usual.into_iter().chain(links).chain(self.channels.iter().map(|channel| &channel.way))
    }

    /// Whether whoever watches a node suspects it as soon as the connection to it is closed.
    pub fn closing_counts(&self) -> bool {
        self.disconnect == Some(Disconnect::Suspected)
    }

    /// Whether a message can be lost.
    pub fn loses(&self) -> bool {
        self.ways().any(WayRules::loses)
    }

    /// How long messages travel, for people.
    pub fn latency_text(&self) -> String {
        if self.channels.is_empty() {
            let others = if self.links.is_empty() { "" } else { "; some links have rules of their own" };
            return format!("{}{others}", self.usual.latency);
        }
        let channels =
            self.channels.iter().map(|channel| format!("{}: {}", channel.name, channel.way.latency));
        channels.collect::<Vec<_>>().join("; ")
    }
}

impl LinkRules {
    fn read(table: &mut Table<'_>, ground: &Ground<'_>, base: &Base<'_>) -> Option<LinkRules> {
        let from = read_ends(table, "from", ground);
        let to = read_ends(table, "to", ground);
        let way = WayRules::read(table, base);
        Some(LinkRules { from: from?, to: to?, way: way? })
    }
}

/// The nodes at one end of links.
fn read_ends(table: &mut Table<'_>, key: &'static str, ground: &Ground<'_>) -> Option<Target> {
    table.shaped(key, Target::shape_of_set);
    let Some(value) = table.value(key) else {
        table.lacks(key, "\"n3\", \"n0..n9\", \"region:eu\", \"all\", \"monitors\" or a list of such");
        return None;
    };
    Target::read_set(value, ground, &table.place(key), "an end of links")
}

/// What a closed connection is taken for, which there must be.
fn read_disconnect(
    table: &mut Table<'_>,
    transport: Transport,
    has_channels: bool,
    topology: Option<&Layout>,
) -> Option<Disconnect> {
    let words = [("ignored", Disconnect::Ignored), ("suspected", Disconnect::Suspected)];
    let disconnect = table.word("disconnect", Disconnect::Ignored, &words);
    let has_connections = transport != Transport::Datagrams && !has_channels;
    if !table.has("disconnect") {
        return has_connections.then_some(disconnect);
    }
    let remedy = "leave disconnect out";
    if has_channels {
        table.complain(
            "disconnect",
            "where there are channels, none of them is a connection by itself",
            remedy,
        );
    } else if !has_connections && table.is_right("transport") {
        let reason = "datagrams have no connections that could be closed";
        table.complain("disconnect", reason, "write transport = \"tcp\" too, or leave disconnect out");
    } else if let Some(topology) = topology.filter(|topology| !topology.member().keeps_connections()) {
        let kind = topology.kind();
        let reason = format!("under topology kind \"{kind}\" nobody keeps a connection to whom it judges");
        table.complain("disconnect", reason, remedy);
    }
    Some(disconnect)
}

fn read_channels(table: &mut Table<'_>, base: &Base<'_>, topology: Option<&Layout>) -> Vec<ChannelRules> {
    let mut names: Vec<String> = Vec::new();
    table.bounded("channels", Bounds::most(Network::MOST_CHANNELS as f64));
    let channels = table.tables("channels", "[[network.channels]]", |table| {
        let name = read_name(table, &names);
        names.extend(name.clone());
        let way = WayRules::read(table, base);
        Some(ChannelRules { name: name?, way: way? })
    });
    if channels.len() > Network::MOST_CHANNELS {
        let reason = format!("{} channels are more than {}", channels.len(), Network::MOST_CHANNELS);
        table.complain("channels", reason, "two or three are usual");
    }
    let cannot = topology.filter(|topology| !topology.member().takes_channels());
    if let Some(topology) = cannot.filter(|_| !channels.is_empty()) {
        let kind = topology.kind();
        let reason =
            format!("channels are for beats that nobody answers; this topology (\"{kind}\") has others");
        let remedy = "use kind = \"centralized\" without acknowledge and stand-bys, or \"peers\" with direction = \
                      \"push\"; or leave [[network.channels]] out";
        table.complain("channels", reason, remedy);
    }
    channels
}

/// The name of a channel, which is not one of `taken`.
fn read_name(table: &mut Table<'_>, taken: &[String]) -> Option<String> {
    table.shaped("name", || Shape::Text(Some(NAME)));
    let name: String = table.needed("name", "\"primary\"")?;
    let shown = printable(&name);
    if !is_name(&name) {
        let reason = format!("`{shown}` is not a name for a channel");
        table.complain("name", reason, "use letters, digits, - and _");
        return None;
    }
    if taken.contains(&name) {
        table.complain("name", format!("there is a channel `{shown}` already"), "call it otherwise");
        return None;
    }
    Some(name)
}

/// How many of so many channels must be trusted.
fn read_alive_if(table: &mut Table<'_>, channels: usize) -> Option<u32> {
    table.goes_with("alive_if", "channels");
    table.defaults_to("alive_if", Count(1));
    let given: Option<Count> = table.given("alive_if");
    match given {
        Some(_) if !table.has("channels") => {
            let reason = "`alive_if` says how many channels must be trusted, and there are none";
            table.complain("alive_if", reason, "write [[network.channels]] tables, or leave it out");
            None
        }
        Some(Count(least)) if least as usize > channels && table.is_right("channels") && channels > 0 => {
            let reason = format!("{least} channels must be trusted, and there are {channels}");
            table.complain("alive_if", reason, format!("write a number from 1 to {channels}"));
            None
        }
        given => (channels > 0).then(|| given.map_or(1, |Count(least)| least)),
    }
}
