//! Texts come back as they were given, however odd or large.

use proctor::actions;
use proctor::domain::{NewRun, Section, TestOutcome, TestReport};
use proctor::store::runs;

use crate::world::{asked, batch_of, on_both, test_case};

const ODD: [&str; 9] = [
    "",
    " \t\r\n ",
    "it's \"quoted\" \\ and `ticked` -- ; /* $1 ? :name @x */ %_[^]",
    "größe ñ Ω ж 测试 テスト עברית العربية",
    "e\u{301} combined, \u{202e}right to left\u{202c}, \u{feff}mark, \u{fffd}, \u{10ffff}",
    "👩‍👩‍👧‍👦 🏳️‍🌈",
    "\u{1b}[31mred\u{1b}[0m \u{7}\u{8}\u{7f}\u{85}\u{2028}",
    "{\"json\": [1, null]}",
    "NULL",
];

#[test]
fn odd_texts_come_back_as_they_were() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        for text in ODD {
            let wanted = NewRun {
                requester: text.into(),
                targets: vec![format!("t.py::x[{}]", text.replace('\n', "")), "b.py".into()],
                template: Some(text.into()),
                note: Some(text.into()),
                parameters: [(text.into(), text.into())].into(),
                ..asked(3)
            };
            let id = world.submit_run(&wanted).await;
            let run = world.run(id).await;
            assert_eq!(run.requester, wanted.requester);
            assert_eq!((run.targets, run.template), (wanted.targets, wanted.template));
            assert_eq!(run.note, wanted.note);
            let details = runs::details(&world.ctx.db, id).await.unwrap().unwrap();
            assert_eq!(details.parameters, wanted.parameters);
            let lease = world.claim(worker).await.unwrap().lease;
            let test = TestReport {
                nodeid: text.into(),
                message: Some(text.into()),
                traceback: Some(text.into()),
                sections: vec![Section { name: text.into(), text: text.into() }],
                ..test_case(0, TestOutcome::Failed)
            };
            let batch = batch_of(vec![test.clone()]);
            actions::record(&world.ctx, lease, &batch).await.unwrap();
            assert_eq!(world.tests(id).await, [test]);
            world.finish(lease, proctor::domain::Outcome::Failed).await;
        }
    });
}

#[test]
fn a_nul_character_is_shown_as_its_picture() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let wanted = NewRun { note: Some("a\0b".into()), ..asked(3) };
        let id = world.submit_run(&wanted).await;
        assert_eq!(world.run(id).await.note.as_deref(), Some("a␀b"));
        let lease = world.claim(worker).await.unwrap().lease;
        let test = TestReport {
            nodeid: "t.py::test_x[\0]".into(),
            message: Some("\0".into()),
            traceback: Some("E   assert 'a\0' == 'a'".into()),
            sections: vec![Section { name: "Captured stdout call".into(), text: "\0".into() }],
            ..test_case(0, TestOutcome::Failed)
        };
        actions::record(&world.ctx, lease, &batch_of(vec![test.clone()])).await.unwrap();
        let shown = TestReport {
            nodeid: "t.py::test_x[␀]".into(),
            message: Some("␀".into()),
            traceback: Some("E   assert 'a␀' == 'a'".into()),
            // Within JSON it is escaped, and comes back.
            ..test
        };
        assert_eq!(world.tests(id).await, [shown]);
    });
}

#[test]
fn a_traceback_of_a_megabyte_comes_back_whole() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let id = world.submit(3).await;
        let lease = world.claim(worker).await.unwrap().lease;
        let large = "E   größer 测试 \\ \" '\n".repeat(50_000);
        assert!(large.len() > 1024 * 1024);
        let test = TestReport {
            traceback: Some(large.clone()),
            sections: vec![Section { name: "Captured stdout call".into(), text: large }],
            ..test_case(0, TestOutcome::Failed)
        };
        actions::record(&world.ctx, lease, &batch_of(vec![test.clone()])).await.unwrap();
        assert!(world.tests(id).await == [test]);
    });
}
