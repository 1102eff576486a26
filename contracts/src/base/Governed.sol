// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    Ownable2StepUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import { UUPSUpgradeable } from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// @title A contract whose parameters and code only one owner may change: the governance timelock.
/// @dev Ownership moves in two steps, so that it cannot be lost to a mistyped address, and cannot be renounced.
abstract contract Governed is Ownable2StepUpgradeable, UUPSUpgradeable {
    error GovernedOwnerRequired();

    constructor() {
        _disableInitializers();
    }

    /// @dev A network without an owner could never be mended; a vote that wants no owner can set one without a key.
    function renounceOwnership() public pure override {
        revert GovernedOwnerRequired();
    }

    function _authorizeUpgrade(address) internal view override onlyOwner { }
}
