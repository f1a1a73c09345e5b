//! Which packages the tests of a run ask for: in `requirements.txt` or `pyproject.toml` of the nearest directory above
//! them, or in a block in the test file itself (PEP 723), which then counts alone.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Of a test file that is looked at below a directory.
const LOOKED_AT: usize = 64 * 1024;
/// Of one file that says what is needed.
const LONGEST: u64 = 1024 * 1024;
/// Files that are looked at below the targets of one run.
const MOST_FILES: usize = 200_000;

/// What the tests of a run ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who says so, relative to the tests root.
    pub files: Vec<PathBuf>,
    /// Versions of Python that they want, as PEP 440 writes it, and which file says so.
    pub pythons: Vec<(PathBuf, String)>,
    /// The same for all that ask for the same.
    pub fingerprint: String,
    /// Whether some of it lies in the tests root, so that it changes with that.
    pub local: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Wishes {
    #[serde(default)]
    dependencies: Vec<String>,
    requires_python: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Document {
    project: Option<Wishes>,
}

/// What is asked for by `targets` in the tests root that can be read at `root`; `None` when nothing is.
///
/// # Errors
/// When a file cannot be read or understood.
pub fn asked(root: &Path, targets: &[String]) -> io::Result<Option<Asked>> {
    let mut found = BTreeSet::new();
    for target in targets {
        let path = target.split("::").next().unwrap_or(target);
        let path = Path::new(path.trim_start_matches("./").trim_end_matches('/'));
        let path = if path == Path::new(".") { Path::new("") } else { path };
        if root.join(path).is_dir() {
            above(root, path, &mut found)?;
            below(root, path, &mut found)?;
        } else if block_of(&root.join(path))?.is_some() {
            found.insert(path.to_owned());
        } else {
            above(root, path.parent().unwrap_or(Path::new("")), &mut found)?;
        }
    }
    let files: Vec<PathBuf> = found.into_iter().collect();
    if files.is_empty() { Ok(None) } else { read(root, files).map(Some) }
}

/// The nearest directory from here to the root that says something.
fn above(root: &Path, directory: &Path, found: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for directory in directory.ancestors() {
        if let Some(file) = in_directory(root, directory)? {
            found.insert(file);
            return Ok(());
        }
    }
    Ok(())
}

fn in_directory(root: &Path, directory: &Path) -> io::Result<Option<PathBuf>> {
    let requirements = directory.join("requirements.txt");
    if root.join(&requirements).is_file() {
        return Ok(Some(requirements));
    }
    let project = directory.join("pyproject.toml");
    let says = project_of(&root.join(&project))?.is_some_and(|it| !it.dependencies.is_empty());
    Ok(says.then_some(project))
}

fn below(root: &Path, directory: &Path, found: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    let entries = walkdir::WalkDir::new(root.join(directory)).min_depth(1).into_iter();
    let entries = entries.filter_entry(|entry| !is_installed(entry.path()));
    for entry in entries.flatten().take(MOST_FILES) {
        let Ok(path) = entry.path().strip_prefix(root) else { continue };
        if entry.file_type().is_dir() {
            found.extend(in_directory(root, path)?);
        } else if is_test_file(path) && block_of(entry.path())?.is_some() {
            found.insert(path.to_owned());
        }
    }
    Ok(())
}

/// Whether a directory has what others wrote: version control, virtual environments, packages of JavaScript.
fn is_installed(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    name.starts_with('.') || name == "node_modules" || path.join("pyvenv.cfg").exists()
}

/// As pytest takes them unless it is told otherwise.
fn is_test_file(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let is_python = path.extension().is_some_and(|extension| extension == "py");
    is_python && (stem.starts_with("test_") || stem.ends_with("_test"))
}

fn read(root: &Path, files: Vec<PathBuf>) -> io::Result<Asked> {
    let mut hash = Sha256::new();
    let (mut pythons, mut local) = (Vec::new(), false);
    for file in &files {
        let path = root.join(file);
        let wishes = match file.extension().and_then(|extension| extension.to_str()) {
            Some("py") => block_of(&path)?,
            Some("toml") => project_of(&path)?,
            _ => None,
        };
        if let Some(Wishes { dependencies, requires_python }) = wishes {
            local |= dependencies.iter().any(|line| is_local(line));
            hash.update(serde_json::to_vec(&dependencies)?);
            pythons.extend(requires_python.map(|python| (file.clone(), python)));
        } else {
            let mut seen = BTreeSet::new();
            local |= requirements(root, &path, &mut hash, &mut seen)?;
        }
    }
    Ok(Asked { files, pythons, fingerprint: format!("{:x}", hash.finalize()), local })
}

/// Takes in a file and those that it includes; answers whether something in them is local.
fn requirements(
    root: &Path,
    path: &Path,
    hash: &mut Sha256,
    seen: &mut BTreeSet<PathBuf>,
) -> io::Result<bool> {
    let path = path.canonicalize()?;
    // What lies elsewhere is for whoever installs; it may not even be seen there.
    if !path.starts_with(root.canonicalize()?) || !seen.insert(path.clone()) {
        return Ok(false);
    }
    let text = text(&path)?;
    hash.update(text.as_bytes());
    hash.update([0]);
    let mut local = false;
    for line in text.lines().map(str::trim) {
        if let Some(included) = included(line) {
            let included = path.with_file_name(included);
            if included.is_file() {
                local |= requirements(root, &included, hash, seen)?;
            }
        } else {
            local |= is_local(line);
        }
    }
    Ok(local)
}

/// The file that a line of a requirements file includes.
fn included(line: &str) -> Option<&str> {
    let long = ["--requirement", "--constraint"]
        .iter()
        .find_map(|flag| line.strip_prefix(flag)?.strip_prefix([' ', '=']));
    // The short ones may stand directly before the name.
    let short = || ["-r", "-c"].iter().find_map(|flag| line.strip_prefix(flag));
    long.or_else(short).map(str::trim)
}

/// Whether a requirement is a place in the file system.
fn is_local(line: &str) -> bool {
    ["-e", "--editable", ".", "/"].iter().any(|beginning| line.starts_with(beginning))
        || line.contains("file:")
}

/// What the project of a `pyproject.toml` asks for.
fn project_of(path: &Path) -> io::Result<Option<Wishes>> {
    if !path.is_file() {
        return Ok(None);
    }
    let document: Document = understood(path, &text(path)?)?;
    Ok(document.project)
}

/// What the block in a test file asks for.
fn block_of(path: &Path) -> io::Result<Option<Wishes>> {
    let Ok(bytes) = head(path) else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().skip_while(|line| line.trim_end() != "# /// script").skip(1);
    let mut block = String::new();
    loop {
        match lines.next().map(str::trim_end) {
            Some("# ///") => break,
            Some(line) if line == "#" || line.starts_with("# ") => {
                block.push_str(line.get(2..).unwrap_or(""));
                block.push('\n');
            }
            // Without its end it is a comment like any other.
            _ => return Ok(None),
        }
    }
    understood(path, &block).map(Some)
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LOOKED_AT as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(path: &Path) -> io::Result<String> {
    let length = fs::metadata(path)?.len();
    if length > LONGEST {
        let words = format!("{} has {length} bytes, the limit is {LONGEST}", path.display());
        return Err(io::Error::other(words));
    }
    fs::read_to_string(path).map_err(|error| told(path, &error))
}

fn understood<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> io::Result<T> {
    toml::from_str(text).map_err(|error| told(path, &error))
}

fn told(path: &Path, error: &impl std::fmt::Display) -> io::Error {
    let name = path.file_name().unwrap_or_default().display();
    io::Error::other(format!("{name} cannot be understood: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Checked = Result<(), Box<dyn std::error::Error>>;

    fn root(files: &[(&str, &str)]) -> io::Result<tempfile::TempDir> {
        let root = tempfile::tempdir()?;
        for (name, text) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(root.path()))?;
            fs::write(path, text)?;
        }
        Ok(root)
    }

    fn files(root: &tempfile::TempDir, targets: &[&str]) -> io::Result<Vec<String>> {
        let targets: Vec<_> = targets.iter().map(ToString::to_string).collect();
        let found = asked(root.path(), &targets)?.map(|asked| asked.files).unwrap_or_default();
        Ok(found.iter().map(|file| file.display().to_string()).collect())
    }

    const BLOCK: &str = "# /// script\n# dependencies = ['six']\n# ///\n";

    #[test]
    fn the_nearest_directory_above_a_target_says_what_it_needs() -> Checked {
        let root = root(&[
            ("requirements.txt", "six"),
            ("a/pyproject.toml", "[project]\nname = 'a'\ndependencies = ['six']"),
            ("a/b/pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q'"),
            ("a/b/test_x.py", ""),
            ("test_y.py", ""),
        ])?;
        assert_eq!(files(&root, &["a/b/test_x.py::Case::test_it[a/b]"])?, ["a/pyproject.toml"]);
        assert_eq!(files(&root, &["test_y.py"])?, ["requirements.txt"]);
        assert_eq!(files(&root, &["a/b/"])?, ["a/pyproject.toml"]);
        assert_eq!(files(&root, &["."])?, ["a/pyproject.toml", "requirements.txt"]);
        Ok(())
    }

    #[test]
    fn a_block_counts_alone_for_its_file_and_with_the_rest_for_a_directory() -> Checked {
        let root = root(&[
            ("requirements.txt", "six"),
            ("a/test_x.py", BLOCK),
            ("a/helper.py", BLOCK),
            ("a/.venv/test_z.py", BLOCK),
            ("a/test_open.py", "# /// script\n# dependencies = ['six']\nimport six\n"),
        ])?;
        assert_eq!(files(&root, &["a/test_x.py"])?, ["a/test_x.py"]);
        assert_eq!(files(&root, &["a"])?, ["a/test_x.py", "requirements.txt"]);
        assert_eq!(files(&root, &["a/test_open.py"])?, ["requirements.txt"]);
        Ok(())
    }

    #[test]
    fn what_is_the_same_has_one_fingerprint_wherever_it_stands() -> Checked {
        let root = root(&[
            ("a/requirements.txt", "-r more.txt"),
            ("a/more.txt", "six"),
            ("b/requirements.txt", "-r more.txt"),
            ("b/more.txt", "six"),
            ("c/requirements.txt", "-r more.txt\n-r more.txt"),
            ("c/more.txt", "-r requirements.txt\n--editable=./x"),
        ])?;
        let of = |target: &str| asked(root.path(), &[target.to_owned()]);
        let (a, b, c) = (of("a")?, of("b")?, of("c")?);
        let print = |asked: &Option<Asked>| asked.clone().map(|it| (it.fingerprint, it.local));
        assert_eq!(print(&a), print(&b));
        assert_eq!(print(&a).map(|it| it.1), Some(false));
        assert_eq!(print(&c).map(|it| it.1), Some(true));
        assert_ne!(print(&a).map(|it| it.0), print(&c).map(|it| it.0));
        Ok(())
    }

    #[test]
    fn lines_that_include_others_are_told_apart() {
        assert_eq!(included("-r more.txt"), Some("more.txt"));
        assert_eq!(included("-rmore.txt"), Some("more.txt"));
        assert_eq!(included("--requirement=more.txt"), Some("more.txt"));
        assert_eq!(included("--constraint more.txt"), Some("more.txt"));
        assert_eq!(included("requests"), None);
        assert_eq!(included("--requirements-of x"), None);
    }
}
