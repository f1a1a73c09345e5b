//! `proctor serve`: the REST service, the web application, and a worker beside it.

use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::arguments::ServeSettings;
use super::{compose, home, local_worker};
use crate::config::{Config, Limits};
use crate::depot::Objects;
use crate::live::Hears;
use crate::{api, executor, scheduler, webhooks};

pub fn serve(settings: ServeSettings) -> anyhow::Result<()> {
    let config = Config::load(settings.into())?;
    compose::block_on(listen(config))
}

async fn listen(config: Config) -> anyhow::Result<()> {
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = format!("http://{}", listener.local_addr()?);
    let _only_one = compose::only_serve(&config.data)?;
    let objects = compose::objects(&config)?;
    let context = compose::open(&config, Hears::Everything).await?;
    std::fs::write(executor::address_file(&config.data), &address)
        .context("cannot write into the data directory")?;
    let state = api::AppState::new(context.clone(), api_settings(&config, objects.clone())?);
    webhooks::set_up(&context, &config.webhooks).await?;
    let told = (!config.webhooks.is_empty())
        .then(|| tokio::spawn(webhooks::deliver(context.clone(), config.webhooks.clone())));
    api::answer_operator(&config.data);
    let reaper = tokio::spawn(scheduler::reap(context.clone()));
    let keeping = compose::keep_house(&context, &config, objects.as_ref());
    let house = tokio::spawn(keeping);
    let (stop, stopped) = watch::channel(false);
    let keeper = (config.workers > 0)
        .then(|| tokio::spawn(local_worker::keep(context.clone(), config.clone(), stopped)));
    let asked_to_stop = compose::asked_to_stop();
    println!("Proctor is ready on {address}");

    api::serve(listener, state, asked_to_stop).await;
    reaper.abort();
    house.abort();
    // What it was about to tell is told by the next one.
    told.inspect(tokio::task::JoinHandle::abort);
    if let Some(keeper) = keeper {
        stop.send_replace(true);
        keeper.await?;
    }
    context.db.close().await;
    Ok(())
}

fn api_settings(config: &Config, objects: Option<Objects>) -> anyhow::Result<api::Settings> {
    Ok(api::Settings {
        data: config.data.clone(),
        home: home::name(&config.data)?,
        objects,
        tests_root: config.tests.clone(),
        python: config.python.clone(),
        interpreters: config.interpreters.keys().cloned().collect(),
        hosts: if config.listen.ip().is_loopback() {
            api::Hosts::Loopback { also: config.allowed_hosts.clone() }
        } else {
            api::Hosts::Any
        },
        limits: request_limits(&config.limits),
        version: env!("CARGO_PKG_VERSION"),
        allowed_variables: config.allowed_variables.clone(),
        run_limits: config.limits.maximum(),
    })
}

fn request_limits(chosen: &Limits) -> api::Limits {
    api::Limits {
        upload: api::UploadLimits { bytes: chosen.upload_bytes, files: chosen.upload_files },
        body: chosen.body_bytes,
        targets: chosen.targets,
        variables: chosen.variables,
        variable: chosen.variable_bytes,
        plans: chosen.plans,
        parameters: chosen.parameters,
        choices: chosen.choices,
        choice: chosen.choice_bytes,
        name: chosen.name_characters,
        description: chosen.description_bytes,
        requester: chosen.requester_characters,
        note: chosen.note_bytes,
        comments: i64::try_from(chosen.comments).unwrap_or(i64::MAX),
        labels: chosen.labels,
        label: chosen.label_bytes,
        reservation: Duration::from_secs(u64::from(chosen.reservation_days) * 24 * 60 * 60),
        streams: chosen.streams,
        ..api::Limits::default()
    }
}
