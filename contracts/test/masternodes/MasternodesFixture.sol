// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IMasternodes, MasternodeStatus } from "../../src/masternodes/IMasternodes.sol";
import { Network } from "../network/Network.sol";

/// @title Masternodes of the whole network: genesis admits five in the seats 0 to 4; a test adds others.
abstract contract MasternodesFixture is Network {
    bytes32 internal constant TLS_KEY_HASH = keccak256("the TLS key of a newcomer");
    bytes32 internal constant REGION = "eu-central-1";
    string internal constant ENDPOINT = "newcomer.example:4433";

    function registrationFor(address operator_) internal pure returns (IMasternodes.Registration memory) {
        return IMasternodes.Registration({
            operator: operator_, tlsKeyHash: TLS_KEY_HASH, region: REGION, endpoint: ENDPOINT
        });
    }

    /// @dev The hot key `signer` bonds the stake and names `operator_`.
    function registerAs(address signer, address operator_) internal returns (uint32 id) {
        (uint256 stake,) = MASTERNODES.stakeTerms();
        vm.deal(signer, stake);
        vm.prank(signer);
        return MASTERNODES.register{ value: stake }(registrationFor(operator_));
    }

    function admit(uint32 id) internal {
        vm.prank(owner);
        MASTERNODES.admit(id);
    }

    function startLeaving(uint32 id) internal {
        vm.prank(owner);
        MASTERNODES.startLeaving(id);
    }

    function withdrawStake(uint32 id, address to) internal {
        vm.prank(MASTERNODES.masternode(id).operator);
        MASTERNODES.withdrawStake(id, to);
    }

    function statusOf(uint32 id) internal view returns (MasternodeStatus) {
        return MASTERNODES.masternode(id).status;
    }

    function assertStatus(uint32 id, MasternodeStatus expected, string memory what) internal view {
        assertEq(uint256(statusOf(id)), uint256(expected), what);
    }
}
