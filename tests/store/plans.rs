//! Saved test plans and templates.

use proctor::actions::{self, PlanError, TemplateError};
use proctor::domain::{NewPlan, Options, Parameter, PlanId, Template};
use proctor::store::{plans, templates};

use crate::world::{World, on_both};

fn plan(name: &str) -> NewPlan {
    NewPlan { name: name.into(), targets: vec!["smoke".into(), format!("{name}.py")] }
}

fn template(name: &str, plans: &[PlanId]) -> Template {
    Template {
        name: name.into(),
        description: "Größe".into(),
        targets: vec!["smoke/test_trivial.py::test_0[a\"b]".into()],
        plans: plans.into(),
        parameters: vec![Parameter {
            name: "INTERFACE".into(),
            choices: vec!["REST".into(), "SOAP".into()],
            default: Some("SOAP".into()),
            description: "how".into(),
        }],
        variables: [("LEVEL".into(), "3".into())].into(),
        options: Options { timeout_s: Some(60), ..Options::default() },
    }
}

async fn create(world: &World, name: &str) -> PlanId {
    actions::create_plan(&world.ctx, &plan(name)).await.unwrap()
}

#[test]
fn what_was_saved_is_found_changed_and_deleted() {
    on_both(async |world| {
        let (ctx, db) = (&world.ctx, &world.ctx.db);
        let (one, two) = (create(&world, "one").await, create(&world, "two").await);
        assert_eq!(plans::find(db, two).await.unwrap().unwrap().targets, ["smoke", "two.py"]);
        actions::update_plan(ctx, one, &plan("three")).await.unwrap();
        assert_eq!(plans::find(db, one).await.unwrap().unwrap().name, "three");
        let saved = template("nightly", &[two, one]);
        actions::create_template(ctx, &saved).await.unwrap();
        assert_eq!(templates::find(db, "nightly").await.unwrap(), Some(saved));
        let renamed = template("weekly", &[one]);
        actions::update_template(ctx, "nightly", &renamed).await.unwrap();
        assert_eq!(templates::list(db, None, "", 9).await.unwrap(), [renamed]);
        actions::delete_plan(ctx, two).await.unwrap();
        actions::delete_template(ctx, "weekly").await.unwrap();
        actions::delete_plan(ctx, one).await.unwrap();
        assert!(plans::list(db, None, PlanId(0), 9).await.unwrap().is_empty());
        assert!(templates::list(db, None, "", 9).await.unwrap().is_empty());
        assert_eq!(create(&world, "one").await.0, two.0 + 1);
    });
}

#[test]
fn a_search_finds_any_case_on_both_databases() {
    on_both(async |world| {
        let db = &world.ctx.db;
        let first = create(&world, "Übergröße 100%").await;
        create(&world, "other").await;
        for (q, expected) in
            [("ÜBERGRÖSSE", 0), ("übergröße", 1), ("0%", 1), ("SMOKE", 2), ("_", 0)]
        {
            assert_eq!(
                plans::list(db, Some(q), PlanId(0), 9).await.unwrap().len(),
                expected,
                "{q}"
            );
        }
        let numbered = plans::list(db, Some("#1"), PlanId(0), 9).await.unwrap();
        assert!(numbered.iter().any(|plan| plan.id == first));
        actions::create_template(&world.ctx, &template("nightly", &[])).await.unwrap();
        for (q, expected) in [("GRÖßE", 1), ("interface", 1), ("LEVEL", 1), ("weekly", 0)] {
            assert_eq!(templates::list(db, Some(q), "", 9).await.unwrap().len(), expected, "{q}");
        }
    });
}

#[test]
fn a_name_is_given_once_also_when_many_want_it() {
    on_both(async |world| {
        let one = create(&world, "one").await;
        let two = create(&world, "two").await;
        let taken = actions::update_plan(&world.ctx, two, &plan("one")).await;
        assert!(matches!(taken, Err(PlanError::NameTaken(_))));
        actions::update_plan(&world.ctx, one, &plan("one")).await.unwrap();
        let many: Vec<_> = (0..8)
            .map(|_| {
                let world = world.clone();
                tokio::spawn(async move {
                    let plan = actions::create_plan(&world.ctx, &plan("wanted")).await;
                    let template =
                        actions::create_template(&world.ctx, &template("wanted", &[])).await;
                    (plan, template)
                })
            })
            .collect();
        let mut made = (0, 0);
        for one in many {
            let (plan, template) = one.await.unwrap();
            made.0 += usize::from(plan.is_ok());
            made.1 += usize::from(template.is_ok());
            assert!(matches!(plan, Ok(_) | Err(PlanError::NameTaken(_))), "{plan:?}");
            assert!(matches!(template, Ok(()) | Err(TemplateError::NameTaken(_))), "{template:?}");
        }
        assert_eq!(made, (1, 1));
    });
}

#[test]
fn a_template_never_names_a_plan_that_is_gone() {
    on_both(async |world| {
        for round in 0..20 {
            let id = create(&world, &format!("plan {round}")).await;
            let name = format!("template {round}");
            let delete = {
                let world = world.clone();
                tokio::spawn(async move { actions::delete_plan(&world.ctx, id).await })
            };
            let save = {
                let (world, name) = (world.clone(), name.clone());
                tokio::spawn(async move {
                    actions::create_template(&world.ctx, &template(&name, &[id])).await
                })
            };
            let (deleted, saved) = (delete.await.unwrap(), save.await.unwrap());
            let is_there = plans::find(&world.ctx.db, id).await.unwrap().is_some();
            match (deleted, saved) {
                (Ok(()), Err(TemplateError::UnknownPlan(_))) => assert!(!is_there),
                (Err(PlanError::InUse { .. }), Ok(())) => assert!(is_there),
                other => panic!("{other:?}"),
            }
        }
    });
}
