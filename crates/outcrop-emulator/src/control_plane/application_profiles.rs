//! The application inference profiles of the account, which the builder of the emulator adds.

use outcrop_converse::ModelId;

/// An application inference profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApplicationProfile {
    /// The id, which is the end of the ARN.
    pub(crate) id: String,
    /// The model, or the profile of a geography, that it invokes.
    pub(crate) model: String,
}

/// The regions of the profiles of a geography, as far as they tell it apart. The profiles of AWS have more.
const GEOGRAPHIES: &[(&str, &[&str])] = &[
    ("apac", &["ap-northeast-1", "ap-southeast-2", "ap-south-1"]),
    ("au", &["ap-southeast-2", "ap-southeast-4"]),
    ("ca", &["ca-central-1", "us-east-1"]),
    ("eu", &["eu-central-1", "eu-north-1", "eu-west-1"]),
    ("global", &["eu-west-1", "us-east-1"]),
    ("jp", &["ap-northeast-1", "ap-northeast-3"]),
    ("us", &["us-east-1", "us-east-2", "us-west-2"]),
    ("us-gov", &["us-gov-east-1", "us-gov-west-1"]),
];

impl ApplicationProfile {
    /// Returns the id of the model, without a geography.
    pub(super) fn base_model(&self) -> &str {
        ModelId::parse(&self.model).base()
    }

    /// Returns the regions in which the profile invokes its model: those of the geography, else its own.
    pub(super) fn regions<'r>(&self, own: &'r str) -> Vec<&'r str> {
        let geography = ModelId::parse(&self.model).profile();
        let known = GEOGRAPHIES.iter().find(|(prefix, _)| Some(*prefix) == geography);
        known.map_or_else(|| vec![own], |(_, regions)| regions.to_vec())
    }
}
