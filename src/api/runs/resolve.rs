//! Joins what a request says with the plans and the template that it names. Afterwards the run stands for itself: what is
//! saved may change or go.

use std::collections::BTreeMap;

use super::files::{Files, files_of_today};
use super::submission::Asked;
use crate::api::AppState;
use crate::api::asked::environment::Choice;
use crate::api::asked::leak;
use crate::api::asked::names::{instead, there_are};
use crate::api::asked::plans::{self, NamedPlan};
use crate::api::asked::targets::Wanted;
use crate::api::body::{Mistakes, escaped};
use crate::api::problem::ApiError;
use crate::domain::template::{BadChoice, ChoiceFault};
use crate::domain::{NewRun, Plan, Template};
use crate::store::{self, templates};

/// Names of templates that a mistyped one is compared with.
const COMPARED: u32 = 1000;

/// The whole run; what is wrong with it is noted in `mistakes`.
///
/// The order of its targets: those of the template's plans, of the request's plans, of the template, of the request.
pub async fn resolve(
    state: &AppState,
    asked: Asked,
    mistakes: &mut Mistakes,
) -> Result<NewRun, ApiError> {
    let limits = &state.settings.limits;
    let template = find_template(state, asked.template.as_deref(), mistakes).await?;
    let named = all_plans(template.as_ref(), &asked.plans);
    let found_plans = plans::find(state, &named, mistakes).await?;
    let is_all_known =
        found_plans.len() == named.len() && template.is_some() == asked.template.is_some();
    let wanted = join(&named, &found_plans, template.as_ref(), asked.targets);
    if wanted.is_empty()
        && is_all_known
        && let Some(template) = &template
    {
        let words = format!("at least one is needed: template {:?} has none", template.name);
        mistakes.at("/targets", words);
    }
    let Files { targets, sources, snapshot } =
        files_of_today(state, wanted, limits.targets, mistakes).await?;
    let parameters = match (&template, &asked.template) {
        (Some(template), _) => choose(template, &asked.parameters, mistakes),
        (None, None) => refuse_parameters(&asked.parameters, mistakes),
        (None, Some(_)) => BTreeMap::new(),
    };
    refuse_shadowed(&asked.variables, &parameters, mistakes);
    let (mut variables, mut options) = (BTreeMap::new(), asked.options);
    if let Some(template) = template.clone() {
        variables = template.variables;
        options = options.or(template.options);
    }
    variables.extend(asked.variables);
    if variables.len() > limits.variables {
        let words = format!(
            "{} variables with those of the template, the limit is {}",
            variables.len(),
            limits.variables
        );
        mistakes.at("/variables", words);
    }
    let (environment, any) = asked.environment.map_or((0, None), Choice::parts);
    leak::check_targets(options.leak, &targets, mistakes);
    Ok(NewRun {
        requester: asked.requester,
        environment,
        any,
        targets,
        plans: found_plans.iter().map(|plan| plan.id.0).collect(),
        template: template.map(|template| template.name),
        parameters,
        variables,
        options,
        note: asked.note,
        rerun_of: None,
        sources,
        snapshot,
    })
}

async fn find_template(
    state: &AppState,
    name: Option<&str>,
    mistakes: &mut Mistakes,
) -> store::Result<Option<Template>> {
    let Some(name) = name else { return Ok(None) };
    let template = templates::find(&state.ctx.db, name).await?;
    if template.is_none() {
        let known = templates::names(&state.ctx.db, COMPARED).await?;
        let words = format!("there is no template {name:?}; {}", instead(name, &known));
        mistakes.at("/template", words);
    }
    Ok(template)
}

/// Those of the template first, each once.
fn all_plans(template: Option<&Template>, asked: &[NamedPlan]) -> Vec<NamedPlan> {
    let of_template = template.into_iter().flat_map(|template| &template.plans);
    let mut all: Vec<NamedPlan> =
        of_template.map(|id| NamedPlan { id: *id, pointer: "/template".to_owned() }).collect();
    for one in asked {
        if all.iter().all(|known| known.id != one.id) {
            all.push(one.clone());
        }
    }
    all
}

fn join(
    named: &[NamedPlan],
    plans: &[Plan],
    template: Option<&Template>,
    asked: Vec<Wanted>,
) -> Vec<Wanted> {
    let of_plans = plans.iter().flat_map(|plan| {
        let place = named.iter().find(|one| one.id == plan.id);
        let pointer = place.map(|one| one.pointer.clone()).unwrap_or_default();
        let owner = format!("test plan {} {:?}", plan.id, plan.name);
        plan.targets.iter().map(move |text| wanted(text, &pointer, &owner))
    });
    let of_template = template.into_iter().flat_map(|template| {
        let owner = format!("template {:?}", template.name);
        template.targets.iter().map(move |text| wanted(text, "/template", &owner))
    });
    of_plans.chain(of_template).chain(asked).collect()
}

fn wanted(text: &str, pointer: &str, owner: &str) -> Wanted {
    Wanted { text: text.to_owned(), pointer: pointer.to_owned(), part_of: Some(owner.to_owned()) }
}

fn choose(
    template: &Template,
    chosen: &BTreeMap<String, String>,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, String> {
    template.choose(chosen).unwrap_or_else(|bad| {
        for one in bad {
            let pointer = format!("/parameters/{}", escaped(&one.parameter));
            mistakes.at(&pointer, words(&one, template));
        }
        BTreeMap::new()
    })
}

fn words(bad: &BadChoice, template: &Template) -> String {
    match &bad.fault {
        ChoiceFault::Unknown if template.parameters.is_empty() => {
            format!("template {:?} has no parameters; send it as a variable", template.name)
        }
        ChoiceFault::Unknown => {
            let known: Vec<String> =
                template.parameters.iter().map(|parameter| parameter.name.clone()).collect();
            let instead = instead(&bad.parameter, &known);
            format!("template {:?} has no such parameter; {instead}", template.name)
        }
        ChoiceFault::NoChoice { chosen, choices } => {
            format!("{chosen:?} is none of the choices; {}", there_are(quoted(choices)))
        }
        ChoiceFault::Missing { choices } => {
            format!("has no default, so it has to be chosen; {}", there_are(quoted(choices)))
        }
    }
}

fn quoted(choices: &[String]) -> impl Iterator<Item = String> {
    choices.iter().map(|choice| format!("{choice:?}"))
}

fn refuse_parameters(
    chosen: &BTreeMap<String, String>,
    mistakes: &mut Mistakes,
) -> BTreeMap<String, String> {
    for name in chosen.keys() {
        let words = "parameters belong to a template, and none is named; name one, or send it as a variable";
        mistakes.at(&format!("/parameters/{}", escaped(name)), words);
    }
    BTreeMap::new()
}

/// The parameter would win without a word.
fn refuse_shadowed(
    variables: &BTreeMap<String, String>,
    parameters: &BTreeMap<String, String>,
    mistakes: &mut Mistakes,
) {
    for name in variables.keys().filter(|name| parameters.contains_key(*name)) {
        let words = "is a parameter of the template; choose it in parameters";
        mistakes.at(&format!("/variables/{}", escaped(name)), words);
    }
}
