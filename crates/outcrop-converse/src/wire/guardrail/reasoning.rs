//! Automated reasoning: whether an answer follows from rules.

use outcrop_core::{open_enum, open_struct, open_union};
use serde_json::Number;

open_struct! {
    /// Whether the answer follows from the rules.
    pub struct GuardrailAutomatedReasoningPolicyAssessment {
        /// What was found.
        optional findings: Vec<GuardrailAutomatedReasoningFinding> = "findings",
    }
}

open_union! {
    /// What was found of a claim.
    pub enum GuardrailAutomatedReasoningFinding {
        /// It follows from the rules.
        Valid(GuardrailAutomatedReasoningVerdict) = "valid",
        /// It contradicts the rules.
        Invalid(GuardrailAutomatedReasoningVerdict) = "invalid",
        /// It may be true or false.
        Satisfiable(GuardrailAutomatedReasoningVerdict) = "satisfiable",
        /// Its premises contradict each other, or the rules.
        Impossible(GuardrailAutomatedReasoningVerdict) = "impossible",
        /// It can be understood in several ways.
        TranslationAmbiguous(GuardrailAutomatedReasoningDifferences) = "translationAmbiguous",
        /// It is too complex to be judged.
        TooComplex(GuardrailAutomatedReasoningNothing) = "tooComplex",
        /// The rules say nothing about it.
        NoTranslations(GuardrailAutomatedReasoningNothing) = "noTranslations",
    }
}

open_struct! {
    /// A verdict and what it rests on (`…ValidFinding`, `…InvalidFinding`, `…SatisfiableFinding`, `…ImpossibleFinding`).
    pub struct GuardrailAutomatedReasoningVerdict {
        /// The claim in logic.
        optional translation: GuardrailAutomatedReasoningTranslation = "translation",
        /// A scenario in which it is true.
        optional claims_true_scenario: GuardrailAutomatedReasoningScenario = "claimsTrueScenario",
        /// A scenario in which it is false.
        optional claims_false_scenario: GuardrailAutomatedReasoningScenario = "claimsFalseScenario",
        /// The rules that it follows from.
        optional supporting_rules: Vec<GuardrailAutomatedReasoningRule> = "supportingRules",
        /// The rules that it contradicts.
        optional contradicting_rules: Vec<GuardrailAutomatedReasoningRule> = "contradictingRules",
        /// What is odd about its logic.
        optional logic_warning: GuardrailAutomatedReasoningLogicWarning = "logicWarning",
    }
}

open_struct! {
    /// The ways in which a claim can be understood (`…TranslationAmbiguousFinding`).
    pub struct GuardrailAutomatedReasoningDifferences {
        /// The ways.
        optional options: Vec<GuardrailAutomatedReasoningTranslationOption> = "options",
        /// Scenarios in which they differ.
        optional difference_scenarios: Vec<GuardrailAutomatedReasoningScenario> = "differenceScenarios",
    }
}

open_struct! {
    /// A finding that says no more (`…TooComplexFinding`, `…NoTranslationsFinding`).
    pub struct GuardrailAutomatedReasoningNothing {}
}

open_struct! {
    /// A way in which a claim can be understood.
    pub struct GuardrailAutomatedReasoningTranslationOption {
        /// The claim in logic.
        optional translations: Vec<GuardrailAutomatedReasoningTranslation> = "translations",
    }
}

open_struct! {
    /// A claim in logic.
    pub struct GuardrailAutomatedReasoningTranslation {
        /// What it supposes.
        optional premises: Vec<GuardrailAutomatedReasoningStatement> = "premises",
        /// What it claims.
        optional claims: Vec<GuardrailAutomatedReasoningStatement> = "claims",
        /// Suppositions that logic could not be made of.
        optional untranslated_premises: Vec<GuardrailAutomatedReasoningInputTextReference> = "untranslatedPremises",
        /// Claims that logic could not be made of.
        optional untranslated_claims: Vec<GuardrailAutomatedReasoningInputTextReference> = "untranslatedClaims",
        /// How sure the translation is, 0 to 1.
        optional confidence: Number = "confidence",
    }
}

open_struct! {
    /// A statement, in logic and in words.
    pub struct GuardrailAutomatedReasoningStatement {
        /// In logic.
        optional logic: String = "logic",
        /// In words.
        optional natural_language: String = "naturalLanguage",
    }
}

open_struct! {
    /// A passage of the text.
    pub struct GuardrailAutomatedReasoningInputTextReference {
        /// The passage.
        optional text: String = "text",
    }
}

open_struct! {
    /// A scenario: statements that hold together.
    pub struct GuardrailAutomatedReasoningScenario {
        /// The statements.
        optional statements: Vec<GuardrailAutomatedReasoningStatement> = "statements",
    }
}

open_struct! {
    /// A rule of a policy.
    pub struct GuardrailAutomatedReasoningRule {
        /// Its id.
        optional identifier: String = "identifier",
        /// The ARN of the policy's version.
        optional policy_version_arn: String = "policyVersionArn",
    }
}

open_struct! {
    /// What is odd about the logic of a claim.
    pub struct GuardrailAutomatedReasoningLogicWarning {
        /// What it is.
        optional kind: GuardrailAutomatedReasoningLogicWarningType = "type",
        /// The suppositions that it comes from.
        optional premises: Vec<GuardrailAutomatedReasoningStatement> = "premises",
        /// The claims that it comes from.
        optional claims: Vec<GuardrailAutomatedReasoningStatement> = "claims",
    }
}

open_enum! {
    /// What can be odd about the logic of a claim.
    pub enum GuardrailAutomatedReasoningLogicWarningType {
        /// It can never be true, whatever the rules.
        AlwaysFalse = "ALWAYS_FALSE",
        /// It is always true, whatever the rules.
        AlwaysTrue = "ALWAYS_TRUE",
    }
}
