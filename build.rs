//! Builds the binary anew when the web application was: what is embedded is a list of files, and new ones are not noticed
//! otherwise.

fn main() {
    println!("cargo:rerun-if-changed=web/dist");
}
