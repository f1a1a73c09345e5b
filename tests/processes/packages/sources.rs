//! A directory that packages are installed from.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::harness::python;

/// Makes it: what pytest needs, from what is installed here; a package in two versions; and one that is built, and looks
/// around meanwhile.
const MAKE: &str = r#"
import io, sys, tarfile, zipfile
from importlib import metadata
from pathlib import Path

target = Path(sys.argv[1])

def wheel(name, version, files):
    info = f"{name}-{version}.dist-info"
    files = dict(files)
    files.setdefault(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    files.setdefault(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(target / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)

for name in ["pytest", "pluggy", "iniconfig", "packaging", "pygments"]:
    found = metadata.distribution(name)
    name = found.metadata["Name"].lower()
    info = f"{name}-{found.version}.dist-info"
    files = {}
    for file in found.files:
        path, text = str(file), file.locate()
        if path.startswith("..") or path.endswith(".pyc") or path.endswith("/RECORD"):
            continue
        head, _, rest = path.partition("/")
        files[f"{info}/{rest}" if head.endswith(".dist-info") else path] = text.read_bytes()
    wheel(name, found.version, files)

for version in ["1.0", "2.0"]:
    wheel("greeting", version, {"greeting.py": f"WORDS = 'hello {version}'\n"})

BACKEND = f'''
import os, zipfile

ABOUT = {str(target / "about")!r}

def build_wheel(directory, config_settings=None, metadata_directory=None):
    name, info = "nosy-1.0-py3-none-any.whl", "nosy-1.0.dist-info"
    data = open(ABOUT).read()
    seen = [name for name in ("proctor.sqlite3", "blobs") if os.path.exists(os.path.join(data, name))]
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        archive.writestr("nosy.py", f"SEEN = {{seen!r}}")
        archive.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: nosy\\nVersion: 1.0\\n")
        archive.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(info + "/RECORD", "nosy.py,,\\n")
    return name
'''
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "nosy"
version = "1.0"
"""
with tarfile.open(target / "nosy-1.0.tar.gz", "w:gz") as archive:
    for path, text in {"backend.py": BACKEND, "pyproject.toml": PROJECT, "PKG-INFO": "Metadata-Version: 2.1\nName: nosy\nVersion: 1.0\n"}.items():
        entry = tarfile.TarInfo(f"nosy-1.0/{path}")
        entry.size = len(text.encode())
        archive.addfile(entry, io.BytesIO(text.encode()))
"#;

pub struct Sources(TempDir);

impl Sources {
    pub fn make() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut make = Command::new(python());
        assert!(make.args(["-c", MAKE]).arg(directory.path()).status().unwrap().success());
        Self(directory)
    }

    pub fn path(&self) -> String {
        self.0.path().display().to_string()
    }

    /// A file that names the directory that the package which is built looks for.
    pub fn nosy_about(&self) -> PathBuf {
        self.0.path().join("about")
    }

    /// A virtual environment with pytest and the first version of the package; answers its interpreter.
    pub fn environment(&self, place: &Path) -> PathBuf {
        let uv = python().with_file_name("uv");
        let run = |words: &[&str]| {
            let mut command = Command::new(&uv);
            command.args(words).env("UV_FIND_LINKS", self.path()).env("UV_OFFLINE", "1");
            command.env("UV_CACHE_DIR", self.0.path().join("cache")).env("UV_LINK_MODE", "copy");
            assert!(command.status().unwrap().success(), "{words:?}");
        };
        let (base, place) = (python().display().to_string(), place.display().to_string());
        let python = format!("{place}/bin/python");
        run(&["venv", "--quiet", "--no-project", "--python", &base, &place]);
        run(&["pip", "install", "--quiet", "--python", &python, "pytest", "greeting==1.0"]);
        python.into()
    }
}
