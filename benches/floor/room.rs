//! A whole clean room: made, the folder put in, one command judged, removed.

use super::table::{Samples, Table};
use super::{GroundWork, Result, access, act, desired, raw};
use lab_runner::grade::Selection;
use lab_runner::outcome::RunScope;
use lab_runner::plan::{Project, ROOM_USER};
use lab_runner::session::clean_room;
use std::io::Read;
use std::time::Duration;

pub async fn measure(ground: &GroundWork, table: &mut Table) -> Result<()> {
    eprintln!("· a whole room, {} rounds", ground.rounds);
    let setting = ground.setting();
    let access = access(ground)?;
    let first = act(ground).await?;
    // A run's lock that nobody holds: what a killed bench leaves is swept.
    let lock = ground.dirs.runs().join("floor.lock");
    let (lab, folder) = (&ground.loaded.lab.id.value, &ground.workspace.folder);
    let project = Project::room(lab, folder, "floor", &lock, clean_room::now(), Duration::from_secs(600));
    let wanted = desired(ground, project, &first, &access, ROOM_USER).await?;
    ground.engine.tear_down(&ground.project().name).await?;
    let raw = raw::Floor { docker: &ground.docker, desired: &wanted, access: &access };
    let mut archive = Vec::new();
    clean_room::copied(&setting).await?.archive.read_to_end(&mut archive)?;
    let check = async || {
        let judged = clean_room::check(&setting, &Selection::All, RunScope::All, 0, |_, _| {});
        let outcome = Box::pin(judged).await?;
        if outcome.tally.passed == 1 { Ok(()) } else { Err("the check didn't pass".into()) }
    };
    raw.room(&archive).await?;
    check().await?;
    let (mut floor, mut whole) = (Samples::default(), Samples::default());
    for round in 0..ground.rounds {
        for turn in 0..2 {
            if (round + turn) % 2 == 0 {
                floor.time(raw.room(&archive)).await?;
            } else {
                whole.time(check()).await?;
            }
        }
    }
    table.ratio("a whole room: made, one check, removed", &whole, &floor);
    Ok(())
}
