// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Governed } from "../base/Governed.sol";

/// @title What validators earned: their part of the emission, and the base fees that come back as withdrawals.
/// @dev Only receives and holds. Staking, to which a vote upgrades it, pays it out.
contract ValidatorPool is Governed {
    event Received(address indexed from, uint256 amount);

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
    }

    /// @notice Takes the validators' part of an emission, or a gift.
    /// @custom:caller anyone
    /// @custom:changes the balance
    receive() external payable {
        emit Received(msg.sender, msg.value);
    }
}
